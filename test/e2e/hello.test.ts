import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { installation, type Server, startServer, vsix } from "./lib/server.ts";
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
  if (server) await promisify(execFile)(process.execPath, ["dist/cli.js", "destroy", server.folder, "--yes"]);
  await server?.stop();
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await wb?.screenshot(`failed ${task.name}`);
});

test("a mistyped reference is underlined, and listed with its code and the way out", async () => {
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

test("its quick fix corrects it", async () => {
  await wb.select("pgae");
  await wb.command("Auto Fix...");
  await wb.select("PAGE = file.page.path");
  await wb.until("no problem", async () => (await wb.problems()).length === 0);
  expect(await wb.squiggles("error").count()).toBe(0);
});

test("the lens `apply` runs the bundled command line, which asks, and brings the stack up", async () => {
  // Left unsaved: the lens saves before it applies.
  await wb.replace("Hello from Clockwork", "Hello from the editor");
  await (await wb.codeLens("apply")).click();
  await wb.terminalLine(/Only yes/);
  await wb.typeInTerminal("yes\r");
  await wb.terminalLine(/✓ verify_http\.page/, 60_000);
  await wb.terminalLine(/^Done: 3 succeeded/);
  await wb.screenshot("applied");
  expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toContain("Hello from the editor");
  await wb.ready.waitFor();
  expect(await wb.log()).toMatch(/clockwork apply: exit code 0/);
});

test("the mouse on a mistake shows what is wrong with it", async () => {
  await wb.command("Terminal: Focus Terminal");
  await wb.terminalLine(/^Done: 3 succeeded/);
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
  await (await wb.codeLens("apply")).click();
  await wb.terminalLine(/^Nothing to do/);
  const lines = await wb.terminalLines();
  expect(lines.filter((line) => /^Done: 3 succeeded/.test(line))).toHaveLength(1);
});

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (typeof address === "object" && address ? resolve(address.port) : reject(address)));
    });
  });
}
