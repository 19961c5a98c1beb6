import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { installation, type Server, startServer, vsix } from "./lib/server.ts";
import { launchBrowser, Workbench } from "./lib/workbench.ts";

// A folder from elsewhere opens in Restricted Mode: everything that reads works, nothing runs, and trust changes that.

let server: Server;
let browser: Browser;
let wb: Workbench;

beforeAll(async () => {
  const vscode = installation();
  [server, browser] = await Promise.all([
    startServer(vscode, { vsix: vsix(), stack: "examples/hello", trusted: false }),
    launchBrowser(vscode.chromium),
  ]);
  wb = await Workbench.open(browser, server.page);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await wb?.screenshot(`failed ${task.name}`);
});

test("Restricted Mode: without trust there are problems and plans, but nothing that starts a program", async () => {
  await wb.statusItem("Restricted Mode").waitFor();
  await wb.openFile("main.cw");
  await wb.ready.waitFor();
  await wb.replace("file.page.path", "file.pgae.path");
  await wb.squiggles("error").first().waitFor({ state: "attached" });
  await wb.codeLens("create");
  const lenses = await wb.lenses();
  expect(lenses.filter((title) => /^(plan|apply|apply this)$/.test(title))).toEqual([]);
  const offered = await wb.commandsMatching("Clockwork:");
  expect(offered).toContain("Clockwork: Restart Language Server");
  expect(offered).not.toContain("Clockwork: Apply");
  await wb.screenshot("restricted");
});

test("Restricted Mode: trusting the folder brings both", async () => {
  await wb.statusItem("Restricted Mode").click();
  await wb.page
    .locator(".workspace-trust-editor")
    .getByRole("button", { name: "Trust", exact: true })
    .click();
  await wb.statusItem("Restricted Mode").waitFor({ state: "detached" });
  await wb.openFile("main.cw");
  await wb.codeLens("apply");
  expect(await wb.commandsMatching("Clockwork:")).toContain("Clockwork: Apply");
});
