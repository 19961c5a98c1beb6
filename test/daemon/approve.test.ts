import { readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { DaemonProposalDetails, DaemonProposalRecord } from "../../server/src/protocol.ts";
import { cli, eventsOf, stackFolder, startedSteps } from "../support/cli.ts";

/* What the daemon leaves to a person, decided on the command line. */

vi.setConfig({ testTimeout: 60_000 });

const stack = `
resource "file" "page" {
  path    = "page.html"
  content = "hello"
}
`;

/** A stack whose page somebody edited, which the daemon has proposed to make again. */
async function edited() {
  const cwd = await stackFolder({ "main.cw": stack });
  const run = (...args: string[]) => cli(args, { cwd });
  expect((await run("apply", "--yes")).code).toBe(0);
  const page = join(cwd, "page.html");
  const look = async () => {
    const { code, stderr, stdout } = await run("daemon", "run", "--once", "--json");
    expect([code, stderr]).toEqual([0, ""]);
    return stdout.split("\n").flatMap((line): string[] => {
      if (line === "") return [];
      const { type, outcome, result, reason } = JSON.parse(line);
      return type === "look" || type === "started"
        ? []
        : [`${type} ${outcome ?? result ?? reason ?? ""}`.trim()];
    });
  };
  const list = async (): Promise<readonly DaemonProposalRecord[]> =>
    JSON.parse((await run("proposals", "list", "--json")).stdout);
  await writeFile(page, "mine");
  expect(await look()).toEqual(["decision propose"]);
  const [proposal] = await list();
  if (!proposal) throw new Error("no proposal");
  return { cwd, run, page, look, list, proposal, text: () => readFile(page, "utf8") };
}

const another = `${stack}
resource "directory" "d" {
  path = "d"
}
`;

describe("a daemon's proposal", () => {
  test("is listed and shown with what it would change, and carried out as an apply would", async () => {
    const { run, proposal, text, list, look } = await edited();
    expect(proposal).toMatchObject({
      kind: "daemon",
      address: "file.page",
      rule: "changed",
      summary: "run the steps of file.page again, over what was changed",
      because: "Running this step again may change more than was lost.",
      by: "rule",
      risk: "approve",
      patch: { kind: "rerun" },
      effects: ["update file.page"],
      planId: expect.stringMatching(/^[0-9a-f]+$/),
      stale: null,
    });
    expect(proposal.expires).toBeGreaterThan(proposal.created);
    const shown: DaemonProposalDetails = JSON.parse(
      (await run("proposals", "show", proposal.id, "--json")).stdout,
    );
    expect(shown).toMatchObject({ ...proposal, diff: "", runbook: null, text: null });
    expect(shown.evidence.map(({ source }) => source)).toEqual(["observed"]);
    expect((await run("proposals", "show", proposal.id)).stdout).toContain("#   update file.page\n");
    const approved = await run("proposals", "approve", proposal.id, "--json");
    expect([approved.code, approved.stderr]).toEqual([0, ""]);
    expect(startedSteps(approved)).toEqual(["ensure_file.page"]);
    const types = eventsOf(approved).map(({ type }) => type);
    expect([types[0], types[1], types.at(-1)]).toEqual(["run", "plan", "done"]);
    expect(await text()).toBe("hello");
    expect(await list()).toEqual([]);
    const { recent } = JSON.parse((await run("daemon", "status", "--json")).stdout);
    expect(recent.at(-2)).toMatchObject({ type: "ended", result: "mended" });
    expect(recent.at(-1)).toMatchObject({ type: "closed", reason: "approved", address: "file.page" });
    expect(await look()).toEqual([]);
  });

  test("that was rejected comes again when something has moved, and is stale when something moves again", async () => {
    const { cwd, run, proposal, text, list, look } = await edited();
    expect(await run("proposals", "reject", proposal.id)).toMatchObject({ code: 0, stderr: "" });
    expect([await list(), await look(), await text()]).toEqual([[], [], "mine"]);
    await writeFile(join(cwd, "main.cw"), another);
    expect((await run("apply", "--yes", "--target", "directory.d")).code).toBe(0);
    expect(await look()).toEqual(["decision propose"]);
    await rm(join(cwd, "d"), { recursive: true });
    expect((await run("apply", "--yes", "--refresh", "--target", "directory.d")).code).toBe(0);
    expect((await list())[0]?.stale).toBe("the stack has changed since");
    const { code, stderr } = await run("proposals", "approve", proposal.id);
    expect([code, stderr]).toEqual([4, expect.stringContaining("the stack has changed since")]);
    expect(await text()).toBe("mine");
    expect(await look()).toEqual(["decision propose"]);
    expect(await list()).toMatchObject([{ id: proposal.id, stale: null }]);
  });

  test("about what is well again cannot be approved, and goes with the next look", async () => {
    const { run, page, proposal, look, list } = await edited();
    await writeFile(page, "hello");
    const { code, stderr } = await run("proposals", "approve", proposal.id);
    expect([code, stderr]).toEqual([4, expect.stringContaining("nothing is left to be done")]);
    expect(await look()).toEqual(["closed over"]);
    expect(await list()).toEqual([]);
  });

  test("is not carried out where it, or the state, came from elsewhere", async () => {
    const { cwd, run, proposal, text, list } = await edited();
    const home = await stackFolder({ "clockwork/known": "" });
    const elsewhere = await cli(["proposals", "approve", proposal.id], {
      cwd,
      env: { XDG_STATE_HOME: home },
    });
    expect([elsewhere.code, elsewhere.stderr]).toEqual([1, expect.stringContaining("not-adopted")]);
    const folder = join(cwd, ".clockwork/proposals");
    const path = join(folder, proposal.id, "proposal.json");
    const content = JSON.parse(await readFile(path, "utf8"));
    await writeFile(path, JSON.stringify({ ...content, summary: "nothing to worry about" }));
    expect((await list())[0]?.stale).toBe("it was not made by your daemon on this machine");
    const { code, stderr } = await run("proposals", "approve", proposal.id);
    expect([code, stderr]).toEqual([4, expect.stringContaining("it was not made by your daemon")]);
    expect(await text()).toBe("mine");
    expect((await run("proposals", "reject", proposal.id)).code).toBe(0);
    expect(await readdir(folder)).toEqual([]);
  });

  test("waits for whoever changes the stack, and so does the daemon", async () => {
    const { cwd, run, proposal, look, page } = await edited();
    const lock = join(cwd, ".clockwork/lock");
    await writeFile(lock, JSON.stringify(await holder()));
    expect((await run("proposals", "approve", proposal.id)).code).toBe(4);
    await rm(page);
    expect(await look()).toEqual([]);
    await rm(lock);
    expect(await look()).toEqual(["closed over", "decision apply", "begun", "ended mended"]);
  });

  test("that is a runbook is followed, not approved, and then put away", async () => {
    const check = `verify "command" "ok" {\n  command = ["test", "-e", "ok"]\n}\n`;
    const cwd = await stackFolder({ "main.cw": `${stack}${check}`, ok: "" });
    const run = (...args: string[]) => cli(args, { cwd });
    expect(await run("apply", "--yes")).toMatchObject({ code: 0, stderr: "" });
    await rm(join(cwd, "ok"));
    expect((await run("daemon", "run", "--once")).code).toBe(0);
    const [runbook] = JSON.parse((await run("proposals", "list", "--json")).stdout);
    expect(runbook).toMatchObject({
      address: "verify.command.ok",
      patch: { kind: "runbook" },
      risk: "never",
    });
    const { code, stderr } = await run("proposals", "approve", runbook.id);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`clockwork proposals reject ${runbook.id}`)]);
    const shown = await run("proposals", "show", runbook.id);
    expect(shown.stdout).toMatch(/^# verify\.command\.ok: the check fails/);
    expect((await run("proposals", "reject", runbook.id)).code).toBe(0);
    expect((await run("proposals", "list")).stdout).toBe("");
  });
});

/** A lock of a process that lives: ours. */
async function holder() {
  const { pid } = process;
  const self = await readFile(`/proc/${pid}/stat`, "utf8");
  return {
    version: "1",
    id: "0123456789abcdef",
    operation: "apply",
    pid,
    startTime: self.slice(self.lastIndexOf(")") + 2).split(" ")[19],
    bootId: (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim(),
    pidNamespace: await readlink("/proc/self/ns/pid"),
    host: hostname(),
    user: userInfo().username,
    created: new Date().toISOString(),
  };
}
