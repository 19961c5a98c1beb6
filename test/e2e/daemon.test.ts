import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server as NetServer } from "node:net";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ended } from "./lib/runs.ts";
import { freePort, installation, type Server, startServer, vsix } from "./lib/server.ts";
import { launchBrowser, usualHeight, Workbench } from "./lib/workbench.ts";

// A daemon that is started from the editor: what it mends by itself is silent, what it may not is seen where it belongs,
// looked at, and decided there.

let server: Server;
let browser: Browser;
let wb: Workbench;
let port: number;
let other: NetServer | undefined;

beforeAll(async () => {
  const vscode = installation();
  [server, browser, port] = await Promise.all([
    startServer(vscode, { vsix: vsix(), stack: "test/e2e/stacks/watched", trusted: true }),
    launchBrowser(vscode.chromium),
    freePort(),
  ]);
  writeFileSync(at("main.cw"), readFileSync(at("main.cw"), "utf8").replace("8321", String(port)));
  await server.clockwork("apply", server.folder, "--yes");
  wb = await Workbench.open(browser, server.page);
});

afterAll(async () => {
  await browser?.close();
  other?.close();
  try {
    if (server) await server.clockwork("daemon", "stop", server.folder);
    // Where a test has failed.
    if (server) writeFileSync(at("page.html"), "hello");
    // The service outlives daemon and editor, as it should.
    if (server) await server.clockwork("destroy", server.folder, "--yes");
  } finally {
    await server?.stop();
  }
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await wb?.screenshot(`failed ${task.name}`);
});

const at = (name: string) => join(server.folder, name);
const text = (name: string) => (existsSync(at(name)) ? readFileSync(at(name), "utf8") : undefined);
const item = (what: string | RegExp) => wb.statusItem(what);

/**
 * Clicks on the item in the status bar and chooses from what it offers, until that shows in the item: rows move while the list
 * opens, and the click may be on another one.
 */
async function choose(entry: string, shown: RegExp): Promise<void> {
  const row = wb.page.locator(".quick-input-list .monaco-list-row", { hasText: entry }).first();
  await wb.until(`the daemon's item to say ${shown}`, async () => {
    if (await item(shown).isVisible()) return true;
    await item(/Daemon: /)
      .first()
      .click({ timeout: 2_000 });
    await row.click({ timeout: 2_000 });
    return wb.soon(() => item(shown).isVisible());
  });
}

/** Ends the service and whoever keeps it running, and listens on its port before anybody else does. */
async function takePort(): Promise<void> {
  const { pid, supervisorPid } = JSON.parse(text(".clockwork/services/web/status.json") ?? "");
  for (const one of [supervisorPid, pid]) {
    try {
      process.kill(one, "SIGKILL");
    } catch (error) {
      // The service may have ended with its supervisor.
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  }
  other = await wb.until("the port", () => listening(port));
}

function listening(on: number): Promise<NetServer | undefined> {
  return new Promise((resolve) => {
    const taker = createServer((socket) => socket.destroy());
    taker.once("listening", () => resolve(taker));
    taker.once("error", () => resolve(undefined));
    taker.listen(on, "127.0.0.1");
  });
}

test("a daemon is started from the status bar, and mends by itself what it may", async () => {
  await wb.openFile("main.cw");
  await wb.ready.waitFor();
  await item("Daemon: off").waitFor();
  await choose("Start", /Daemon: watching/);
  rmSync(at("page.html"));
  await wb.until("the page", async () => text("page.html") === "hello");
  await wb.command("Clockwork: Show Journal of Daemon");
  await wb.tab("watched.log").waitFor();
  await wb.editor.locator(".view-line", { hasText: "file.page: Mended" }).waitFor();
  await wb.screenshot("daemon-journal");
  await wb.command("View: Close Editor");
});

test("what somebody edited by hand is proposed, and carried out from its row once a person has read what it changes", async () => {
  writeFileSync(at("page.html"), "mine");
  await item("Daemon: 1 proposal").waitFor();
  const dialog = wb.page.locator(".monaco-dialog-box");
  await wb.until("the question", async () => {
    if (await dialog.isVisible()) return true;
    await wb.showRow("Proposals", "file.page");
    const row = wb.rowOf("Proposals", "file.page");
    await row.hover({ timeout: 2_000 });
    await row.locator(".action-label.codicon-check").click({ timeout: 2_000 });
    return wb.shows(dialog);
  });
  await dialog.getByText("update file.page").waitFor();
  await wb.screenshot("daemon-question");
  await dialog.getByRole("button", { name: "Carry Out" }).click();
  expect(await ended({ wb, server }, "apply", 1)).toBe("0");
  expect(text("page.html")).toBe("hello");
  await item("Daemon: watching").waitFor();
});

test("drift stands on its block, and what is proposed is told of, looked at and rejected", async () => {
  await wb.openFile("main.cw");
  writeFileSync(at("page.html"), "mine");
  await item("Daemon: 1 proposal").waitFor();
  await wb.lens("drifted: ").first().waitFor();
  await wb.answer(/The daemon proposes a change/, "Review");
  await wb.rowOf("Proposals", "file.page").waitFor();
  await wb.until("why and what", async () => {
    await wb.rowOf("Proposals", "file.page").click({ timeout: 2_000 });
    return wb.shows(wb.tab("file.page.txt"));
  });
  await wb.lens("Reject").waitFor();
  await wb.screenshot("daemon-page");
  await wb.until("it to be rejected", async () => {
    if (await wb.rowOf("Proposals", "file.page").isHidden()) return true;
    await wb.lens("Reject").click({ timeout: 2_000 });
    return wb.soon(() => wb.rowOf("Proposals", "file.page").isHidden());
  });
  expect(text("page.html")).toBe("mine");
  await item("Daemon: 1 finding").waitFor();
  // As it was left: nobody has to be told.
  writeFileSync(at("page.html"), "hello");
  await item("Daemon: watching").waitFor();
});

test("switched off it does nothing; switched on again it proposes, which is reviewed, approved and applied", async () => {
  await wb.openFile("main.cw");
  await choose("Disable", /Daemon: disabled/);
  await takePort();
  await choose("Enable", /Daemon: (?!disabled)/);
  await item("Daemon: 1 proposal").waitFor();
  await wb.openFile("main.cw");
  await wb.lens("drifted: ").first().waitFor();
  await wb.lens("plan the repair").first().waitFor();
  await wb.picture("daemon");
  await wb.until("the comparison", async () => {
    await wb.showRow("Proposals", "service.web");
    await wb.rowOf("Proposals", "service.web").click({ timeout: 2_000 });
    return wb.shows(wb.diff("modified", `= ${port + 1}`).first());
  });
  await wb.lens("Accept 1/1").waitFor();
  await wb.resize(720);
  await wb.screenshot("daemon-review");
  await wb.resize(usualHeight);
  const before = text("main.cw") ?? "";
  await wb.until("it to be carried out", async () => {
    if (text("main.cw") !== before) return true;
    await wb.lens("Accept 1/1").click({ timeout: 2_000 });
    return wb.soon(async () => text("main.cw") !== before);
  });
  expect(await ended({ wb, server }, "apply", 2)).toBe("0");
  expect(text("main.cw")).toBe(before.replace(`= ${port} `, `= ${port + 1} `));
  await wb.showRow("Runs", "apply watched", "succeeded");
  await item("Daemon: watching").waitFor();
  await wb.openFile("main.cw");
  await wb.lens("drifted: ").first().waitFor({ state: "detached" });
  const answer = await fetch(`http://127.0.0.1:${port + 1}/`);
  expect(await answer.text()).toBe("ok\n");
  await wb.screenshot("daemon-green");
  await choose("Stop", /Daemon: off/);
});

test("what came from elsewhere is offered to be adopted where a command has refused it", async () => {
  // As another user sees the folder.
  rmSync(join(server.folder, "../home/.local/state/clockwork/known"));
  await wb.openFile("main.cw");
  await wb.command("Clockwork: Plan Repair of Drift");
  const question = /Only yes is taken as a yes:$/;
  const asked = () =>
    wb.until("a question", async () => question.test((await wb.terminalLines()).at(-1) ?? ""));
  await asked();
  await wb.typeInTerminal("no\r");
  expect(await ended({ wb, server }, "plan", 1)).toBe("1");
  await wb.answer(/came from elsewhere, and nobody has adopted it/, "Adopt...");
  await asked();
  await wb.screenshot("adopt");
  await wb.typeInTerminal("yes\r");
  await wb.terminalLine(/^Adopted\.$/);
});
