import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installation, type Server, startServer, vsix } from "./lib/server.ts";
import { launchBrowser, Workbench } from "./lib/workbench.ts";

// How long it takes from the extension's activation until a file's problems are known, in a window that opens with the file.

let server: Server;
let browser: Browser;

beforeAll(async () => {
  const vscode = installation();
  [server, browser] = await Promise.all([
    startServer(vscode, { vsix: vsix(), stack: "examples/hello", trusted: true }),
    launchBrowser(vscode.chromium),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const starts = 5;

const times = () =>
  [...server.log().matchAll(/first diagnostics (\d+) ms after activation/g)].map(([, ms]) => Number(ms));

test("every start of the editor comes to the first diagnostics", async () => {
  const file = `vscode-remote://${new URL(server.page).host}${join(server.folder, "main.cw")}`;
  const payload = encodeURIComponent(JSON.stringify([["openFile", file]]));
  for (let start = 1; start <= starts; start++) {
    const wb = await Workbench.open(browser, `${server.page}&payload=${payload}`);
    await wb.ready.waitFor();
    await wb.until("the first diagnostics", async () => times().length === start);
    await wb.page.context().close();
  }
  const sorted = times().sort((a, b) => a - b);
  const p50 = sorted[Math.floor(starts / 2)];
  console.log(`activation to first diagnostics: p50 ${p50} ms of ${sorted.join(", ")} ms`);
  expect(sorted).toHaveLength(starts);
});
