import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { installation, type Server, startServer, vsix } from "./lib/server.ts";
import { launchBrowser, Workbench } from "./lib/workbench.ts";

// What a stack consists of, what is planned and what there is, beside its files.

let server: Server;
let browser: Browser;
let wb: Workbench;

beforeAll(async () => {
  const vscode = installation();
  [server, browser] = await Promise.all([
    startServer(vscode, { vsix: vsix(), stack: "examples/hello", trusted: true }),
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

test("the graph shows what needs what", async () => {
  await wb.openFile("main.cw");
  await wb.ready.waitFor();
  await wb.command("Clockwork: Open Graph");
  const graph = await wb.webview("#canvas");
  await wb.until("three nodes", async () => (await graph.locator(".node").count()) === 3);
  expect(await graph.locator(".edge title").allTextContents()).toEqual([
    "service.hello needs file.page (env)",
    "verify.http.page needs service.hello (body_contains)",
  ]);
  await wb.screenshot("graph");
});
