import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { clickRun, ended } from "./lib/runs.ts";
import { freePort, installation, type Server, startServer, vsix } from "./lib/server.ts";
import { launchBrowser, Workbench } from "./lib/workbench.ts";

// The first minutes of a user, in order, in one window: a mistake is underlined, mended, and the stack brought up.

let server: Server;
let browser: Browser;
let wb: Workbench;
let port: number;

beforeAll(async () => {
  const vscode = installation();
  [server, browser, port] = await Promise.all([
    startServer(vscode, { vsix: vsix(), stack: "examples/hello", trusted: true }),
    launchBrowser(vscode.chromium),
    freePort(),
  ]);
  const main = join(server.folder, "main.cw");
  writeFileSync(main, readFileSync(main, "utf8").replace("8321", String(port)));
  wb = await Workbench.open(browser, server.page);
});

afterAll(async () => {
  await browser?.close();
  // The service outlives the editor, as it should.
  if (server) await server.clockwork("destroy", server.folder, "--yes");
  await server?.stop();
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await wb?.screenshot(`failed ${task.name}`);
});

test("open → squiggle: a mistyped reference is underlined, and listed with its code and the way out", async () => {
  await wb.openFile("main.cw");
  await wb.ready.waitFor();
  await wb.replace("file.page.path", "file.pgae.path");
  await wb.squiggles("error").first().waitFor({ state: "attached" });
  // While it is typed there are other mistakes.
  const [problem, ...others] = await wb.until("the problem", async () => {
    const found = await wb.problems();
    return found.some(({ message }) => message.includes("pgae")) && found;
  });
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ severity: "Error", code: "unknown-resource" });
  expect(problem?.message).toMatch(/pgae.*\nDid you mean "page"\?/);
  await wb.screenshot("mistake");
});

test("→ quick fix: it is corrected", async () => {
  await wb.select("pgae");
  await wb.command("Auto Fix...");
  await wb.select("PAGE = file.page.path");
  await wb.until("no problem", async () => (await wb.problems()).length === 0);
  expect(await wb.squiggles("error").count()).toBe(0);
});

test("completion in a half-typed block offers its attributes, and what they may be", async () => {
  const { page } = wb;
  const suggestion = (text: string) =>
    page.locator(".suggest-widget.visible .monaco-list-row", { hasText: text }).first();
  await wb.focusEditor();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText('\nresource "service" "api" {\n  env = { PAGE = file.');
  await wb.until("the resource", async () => {
    if (!(await suggestion("page").isVisible())) await page.keyboard.press("Control+Space");
    return wb.shows(suggestion("page"));
  });
  await page.keyboard.press("Escape");
  await page.keyboard.insertText("page.path }\n  comm");
  await wb.until("the attribute", async () => {
    if (!(await suggestion("command").isVisible())) await page.keyboard.press("Control+Space");
    return wb.shows(suggestion("command"));
  });
  await wb.screenshot("completion");
  await page.keyboard.press("Escape");
  // A block that is open to the end of the file takes nothing from the others.
  await wb.until("the others' lenses", async () =>
    (await wb.lenses()).some((title) => title.startsWith("+ create")),
  );
  await wb.revert();
  await wb.until("no problem", async () => (await wb.problems()).length === 0);
});

test("CodeLens plan → preview: what would happen is shown beside", async () => {
  await wb.clickLens("2 to create; 1 check to run", wb.plan);
  await wb.until("the plan", async () => (await wb.planLines()).some((l) => /^Plan: 2 to create/.test(l)));
  await clickRun({ wb, server }, "plan");
  expect(await ended({ wb, server }, "plan", 1)).toBe("0");
  await wb.terminalLine(/^Plan: 2 to create/);
});

test("→ apply → terminal → green: the bundled command line asks, and brings the stack up", async () => {
  // Left unsaved: the lens saves before it applies. What was reviewed is another plan then.
  await wb.replace("Hello from Clockwork", "Hello from the editor");
  const dialog = wb.page.locator(".monaco-dialog-box", { hasText: "no longer holds" });
  await wb.clickLens("apply", dialog);
  await dialog.getByRole("button", { name: "Plan Again" }).click();
  expect(await ended({ wb, server }, "plan", 2)).toBe("0");
  await wb.answer(/Plan of hello: 2 to create/, "Apply");
  await wb.sayYes();
  await wb.terminalLine(/✓ verify_http\.page/);
  await wb.terminalLine(/^Done: 3 succeeded/);
  await wb.screenshot("applied");
  expect(await ended({ wb, server }, "apply", 1)).toBe("0");
  expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toContain("Hello from the editor");
  await wb.ready.waitFor();
  await wb.until("nothing planned", async () => (await wb.planLines()).some((l) => /^Nothing to do/.test(l)));
  await wb.codeLens("no changes");
  await wb.showRow("Runs", "apply hello", "3 succeeded");
  await wb.screenshot("green");
});

test("the mouse on a mistake shows what is wrong with it", async () => {
  await wb.codeLens("apply");
  await wb.replace("var.greeting", "var.greetng");
  await wb.squiggles("error").first().waitFor({ state: "attached" });
  await wb.page.keyboard.press("Escape");
  expect(await wb.hover("greetng")).toMatch(/greetng.*Did you mean "greeting"\?/s);
  await wb.screenshot("hover");
  await wb.replace("var.greetng", "var.greeting");
  await wb.squiggles("error").first().waitFor({ state: "detached" });
});

test("a second apply has nothing to do, and uses the same terminal", async () => {
  await clickRun({ wb, server }, "apply");
  expect(await ended({ wb, server }, "apply", 2)).toBe("0");
  await wb.terminalLine(/^Nothing to do/);
  const lines = await wb.terminalLines();
  expect(lines.filter((line) => /^Done: 3 succeeded/.test(line))).toHaveLength(1);
});
