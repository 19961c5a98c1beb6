import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { installation, type Server, startServer, vsix } from "./lib/server.ts";
import { launchBrowser, usualHeight, Workbench } from "./lib/workbench.ts";

// A script is a document: what is wrong in it is seen where it is, an edit outlives a rebuild, and where a rebuild cannot keep
// both, a person decides hunk by hunk.

const script = "ensure_file.page.mjs";
const stackWith = (path: string, content: string) =>
  `resource "file" "page" {\n  path    = "${path}"\n  content = "${content}"\n}\n`;

let home: string;
let server: Server;
let browser: Browser;
let wb: Workbench;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "clockwork-artifacts-"));
  const stack = join(home, "site");
  mkdirSync(stack);
  writeFileSync(join(stack, "main.cw"), stackWith("page.txt", "one"));
  const vscode = installation();
  [server, browser] = await Promise.all([
    startServer(vscode, { vsix: vsix(), stack, trusted: true }),
    launchBrowser(vscode.chromium),
  ]);
  await clockwork("build");
  wb = await Workbench.open(browser, server.page);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(home, { recursive: true, force: true });
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await wb?.screenshot(`failed ${task.name}`);
});

/** What it prints; what it exits with is told by what comes of it. */
async function clockwork(...args: readonly string[]): Promise<string> {
  const { stdout } = await server
    .clockwork(...args, server.folder)
    .catch((error: { readonly stdout: string }) => error);
  return stdout;
}

const onDisk = () => readFileSync(join(server.folder, ".clockwork/build/scripts", script), "utf8");

test("agent's output: a block leads to its script, and a mistake in the script is underlined there", async () => {
  await wb.openFile("main.cw");
  await wb.ready.waitFor();
  await wb.clickLens(script, wb.tab(script));
  await wb.replace("#!/usr/bin/env node", "#!/usr/bin/perl");
  await wb.squiggles("error").first().waitFor({ state: "attached" });
  const problems = await wb.until("the problem", async () => {
    const found = await wb.problems();
    return found.length > 0 && found;
  });
  expect(problems).toMatchObject([{ severity: "Error", code: "C-SHEBANG", line: 1, column: 1 }]);
  await wb.screenshot("artifact-problem");
  await wb.replace("#!/usr/bin/perl", "#!/usr/bin/env node");
  await wb.squiggles("error").first().waitFor({ state: "detached" });
});

test("agent's output: an edit is marked as the user's, and kept by a rebuild", async () => {
  await wb.replace("page.txt", "mine.txt");
  await wb.save();
  await wb.codeLens("Regenerate");
  await wb.page.getByText("edited by you, kept on rebuild").first().waitFor();
  expect(await clockwork("build", "--force")).toContain("(yours, kept)");
  expect(onDisk()).toContain('const PATH = "mine.txt"');
  await wb.command("Clockwork: Focus on Artifacts View");
  await wb.row("ensure_file.page").filter({ hasText: "edited" }).waitFor();
  await wb.screenshot("artifacts");
});

test("provenance: a script says who wrote it and what a person changed, with what was generated beside it", async () => {
  const told = await wb.hoverOver("#!/usr/bin/env node");
  expect(told).toMatch(/ensure_file\.page of its block.*Written by builtin [\d.]+; edited by you/s);
  await wb.screenshot("provenance");
  await wb.page.mouse.move(0, 0);
  await wb.clickLens("Show what the compiler generated", wb.diff("original", '"page.txt"').first());
  await wb.diff("modified", '"mine.txt"').waitFor();
  await wb.screenshot("generated");
  await wb.command("View: Close Editor");
});

test("agent's output: a rebuild that cannot keep both is decided hunk by hunk, and the file has exactly that", async () => {
  writeFileSync(join(server.folder, "main.cw"), stackWith("new.txt", "two"));
  const before = onDisk();
  expect(await clockwork("build")).toContain("the new version is a proposal");
  expect(onDisk()).toBe(before);
  await wb.command("Clockwork: Focus on Proposals View");
  await wb.row(script).filter({ hasText: "new from the compiler" }).waitFor();
  await wb.until("the comparison", async () => {
    await wb.row(script).filter({ hasText: "new from the compiler" }).click({ timeout: 2_000 });
    return wb.shows(wb.diff("modified", '"new.txt"').first());
  });
  await wb.lens("Accept 1/2").waitFor();
  await wb.command("View: Hide Panel");
  await wb.resize(720);
  await wb.picture("review");
  await wb.resize(usualHeight);
  await wb.until("one difference less", async () => {
    // Another click would be about the other one.
    if (await wb.lens("Accept 1/2").isVisible()) await wb.lens("Reject").first().click({ timeout: 2_000 });
    return wb.shows(wb.lens("Accept 1/1"));
  });
  await wb.diff("modified", '"mine.txt"').waitFor();
  await wb.screenshot("review-one-left");
  await wb.lens("Accept 1/1").click();
  await wb.until("the file", async () => onDisk() !== before);
  expect(onDisk()).toBe(before.replace('const CONTENT = "one"', 'const CONTENT = "two"'));
  await wb.lens("Accept").first().waitFor({ state: "detached" });
  await wb.row(script).waitFor({ state: "detached" });
  await wb.screenshot("reviewed");
  expect(await clockwork("build")).toContain("Nothing to build");
});

test("provenance: a script is regenerated by its lens, and what was there is a proposal", async () => {
  await wb.command("View: Close All Editors");
  await wb.openFile("main.cw");
  await wb.clickLens(script, wb.tab(script));
  const mine = onDisk();
  await wb.clickLens("Regenerate", wb.row(script).filter({ hasText: "yours, which" }));
  expect(onDisk()).toBe(mine.replace('"mine.txt"', '"new.txt"'));
  await wb.page
    .getByText(/as builtin [\d.]+ wrote it/)
    .first()
    .waitFor();
  await wb.screenshot("regenerated");
});
