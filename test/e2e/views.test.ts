import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, FrameLocator } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { freePort, installation, type Server, startServer, vsix } from "./lib/server.ts";
import { launchBrowser, Workbench } from "./lib/workbench.ts";

// What a stack would change, what it consists of and what there is, in trees and as a graph beside its files.

let server: Server;
let browser: Browser;
let wb: Workbench;

beforeAll(async () => {
  const vscode = installation();
  const [started, launched, port] = await Promise.all([
    startServer(vscode, { vsix: vsix(), stack: "examples/hello", trusted: true }),
    launchBrowser(vscode.chromium),
    freePort(),
  ]);
  server = started;
  browser = launched;
  const main = join(server.folder, "main.cw");
  writeFileSync(main, readFileSync(main, "utf8").replace("8321", String(port)));
  wb = await Workbench.open(browser, server.page);
});

afterAll(async () => {
  await browser?.close();
  if (server) await clockwork("destroy");
  await server?.stop();
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await wb?.screenshot(`failed ${task.name}`);
});

const clockwork = (command: string) => server.clockwork(command, server.folder, "--yes");

/** Waits until a view says something in its rows. */
const rows = (view: string, wanted: (rows: readonly string[]) => boolean): Promise<readonly string[]> =>
  wb.until(`rows of ${view}`, async () => {
    const found = await wb.rows(view);
    return wanted(found) && found;
  });

const graph = (): Promise<FrameLocator> => wb.webview("#canvas");

test("the plan's tree has the changes with their steps, in order; a click shows the block", async () => {
  await wb.openFile("main.cw");
  await wb.ready.waitFor();
  await wb.command("Clockwork: Show State");
  await rows("Plan", (found) => found.length === 3);
  expect(await wb.rows("Plan")).toEqual([
    "file.page not in the state",
    "service.hello not in the state",
    expect.stringMatching(/^verify\.http\.page /),
  ]);
  await wb.until("the service's block", async () => {
    await wb.rowOf("Plan", "service.hello").click();
    return wb.statusItem("Ln 27, Col 1").isVisible();
  });
  await wb.until("its step", async () => {
    await wb.rowOf("Plan", "service.hello").locator(".monaco-tl-twistie").click();
    return (await wb.rows("Plan")).includes("ensure_service.hello after ensure_file.page");
  });
  await wb.view("State").getByText("Nothing has been applied yet.").waitFor();
  await wb.screenshot("views before");
});

test("the graph shows what needs what and what is planned; arrows move along, Enter opens the source", async () => {
  await wb.command("Clockwork: Open Graph");
  const page = await graph();
  await wb.until(
    "three nodes with their plans",
    async () => (await page.locator(".plan-create").count()) >= 3,
  );
  expect(await page.locator(".edge title").allTextContents()).toEqual([
    "service.hello needs file.page (env)",
    "verify.http.page needs service.hello (url)",
  ]);
  // The cursor is in its block.
  await page.locator('.node.selected[data-id="service.hello"]').waitFor();
  await wb.screenshot("graph dark");
  await page.locator('.node[data-id="service.hello"]').click();
  await wb.page.keyboard.press("ArrowRight");
  const check = page.locator('.node.selected[data-id="verify.http.page"]');
  await check.waitFor();
  expect(await check.getAttribute("aria-label")).toContain("needs service.hello (url)");
  await wb.page.keyboard.press("Enter");
  await wb.statusItem("Ln 37, Col 1").waitFor();
});

test("it follows the theme, and is exported as a file of its own", async () => {
  const page = await graph();
  const background = () =>
    page
      .locator("body")
      .evaluate((body) => body.ownerDocument.defaultView?.getComputedStyle(body).backgroundColor);
  const dark = await background();
  await wb.command("Preferences: Toggle between Light/Dark Themes");
  await wb.until("a light page", async () => (await background()) !== dark);
  await wb.screenshot("graph light");
  const file = join(server.folder, "hello.svg");
  await wb.until("a file", async () => {
    await page.locator("#export").click();
    await wb.page.locator(".quick-input-widget:visible").waitFor({ timeout: 3_000 });
    await wb.page.keyboard.press("Enter");
    return wb.until("it is written", async () => existsSync(file), 3_000);
  });
  const svg = readFileSync(file, "utf8");
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(svg).not.toContain("var(");
});

test("what is typed is in it at once, and what is looked at stays where it is", async () => {
  const page = await graph();
  await wb.focusEditor();
  await wb.page.keyboard.press("Control+End");
  await wb.page.keyboard.insertText('\nresource "volume" "extra" {}\n');
  await page.locator('.node[data-id="volume.extra"]').waitFor();
  await wb.until("its plan", async () => page.locator('.plan-create[data-id="volume.extra"]').isVisible());
  await rows("Plan", (found) => found.some((row) => row.startsWith("volume.extra")));
  await page.locator("#filter").fill("volume");
  await wb.until("the others faded", async () => (await page.locator(".node.dim").count()) === 3);
  await wb.screenshot("graph filtered");
  await page.locator("#filter").fill("");
  await wb.focusEditor();
  await wb.command("File: Revert File");
  await page.locator('.node[data-id="volume.extra"]').waitFor({ state: "detached" });
});

test("after an apply the state's tree has what there is, and the plan says that nothing changes", async () => {
  await clockwork("apply");
  await rows("State", (found) => found.includes("service.hello"));
  await wb.view("Plan").getByText("No changes").waitFor();
  await wb.until("what the service has", async () => {
    await wb.rowOf("State", "service.hello").locator(".monaco-tl-twistie").click();
    return (await wb.rows("State")).some((row) => /^url "http:/.test(row));
  });
  await wb.screenshot("views after");
});
