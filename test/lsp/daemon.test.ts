import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type DaemonProposalItem, type DaemonStatus, requests } from "../../server/src/protocol.ts";
import { cli } from "../support/cli.ts";
import { Session } from "./session.ts";

let session: Session | undefined;
afterEach(async () => {
  await session?.stop();
  session = undefined;
});

const pages = `resource "file" "page" {
  path    = "page.html"
  content = "hello"
}

resource "file" "other" {
  path    = "other.html"
  content = "hello"
}
`;

async function start(): Promise<Session> {
  session = await Session.start({ "main.cw": pages });
  await session.initialize();
  return session;
}

const folderOf = (s: Session) => ({ folder: s.uri("").replace(/\/$/, "") });
const status = (s: Session): Promise<DaemonStatus | null> =>
  s.connection.sendRequest(requests.daemon, folderOf(s));
const proposals = (s: Session): Promise<readonly DaemonProposalItem[]> =>
  s.connection.sendRequest(requests.daemonProposals, folderOf(s));

test("of a stack without a daemon there is nothing to tell, of a folder that is not there null", async () => {
  const s = await start();
  expect(await status(s)).toEqual({ isDisabled: false, quarantined: [], journal: [] });
  expect(await proposals(s)).toEqual([]);
  const nowhere = { folder: s.uri("nowhere") };
  expect(await s.connection.sendRequest(requests.daemon, nowhere)).toBeNull();
  expect(await s.connection.sendRequest(requests.daemonProposals, nowhere)).toEqual([]);
});

test("what it saw, did and proposed is told from its files, and what it may not do any more", async () => {
  const s = await start();
  const run = async (...args: string[]) => {
    const { code, stderr } = await cli(args, { cwd: s.folder });
    expect([code, stderr]).toEqual([0, ""]);
  };
  await run("apply", "--yes");
  await rm(join(s.folder, "page.html"));
  await writeFile(join(s.folder, "other.html"), "mine");
  await run("daemon", "run", "--once");
  await run("daemon", "run", "--once");
  await run("daemon", "disable");
  const now = await status(s);
  expect(now?.isDisabled).toBe(true);
  expect(now?.watcher).toBeUndefined();
  const told = now?.journal.map(({ address = "", text }) => `${address} ${text}`) ?? [];
  expect(told.at(-1)).toBe(" It began to watch.");
  expect(told).toContainEqual(
    expect.stringMatching(/^file\.page the file is gone\. It mends that by itself: /),
  );
  expect(told).toContainEqual(expect.stringMatching(/^file\.page Mended: /));
  expect(told).toContainEqual(expect.stringMatching(/^file\.other .*It proposes: run the steps/));
  const [proposal, ...others] = await proposals(s);
  expect(others).toEqual([]);
  expect(proposal).toMatchObject({
    kind: "daemon",
    address: "file.other",
    risk: "approve",
    patch: { kind: "rerun" },
    runbook: null,
    text: null,
    stale: null,
  });
  await s.write(".clockwork/state.json", "{}");
  expect((await proposals(s))[0]?.stale).toBe("the stack has changed since");
});

test("a journal that nobody can read is no empty one", async () => {
  const s = await start();
  expect((await cli(["daemon", "run", "--once"], { cwd: s.folder })).code).toBe(0);
  await s.write(".clockwork/daemon/decisions.jsonl", "what\n{}\n");
  expect((await status(s))?.problem).toBe("the daemon's journal is damaged in line 1");
});

test("a proposal has the text that it changes: of a knob its line, of a file all of it; a runbook its own", async () => {
  const s = await start();
  expect((await cli(["apply", "--yes"], { cwd: s.folder })).code).toBe(0);
  const manifest = await readFile(join(s.folder, ".clockwork/build/manifest.json"), "utf8");
  const propose = async (id: string, patch: object) => {
    await mkdir(join(s.folder, ".clockwork/proposals", id), { recursive: true });
    const proposal = {
      ...{ version: "1", id, kind: "daemon", patch, summary: "do it", by: "rule", effects: [], because: "" },
      finding: { address: "file.page", rule: "changed", summary: "it is another one", evidence: [] },
      basis: { lineage: "", serial: 0, bundle: "", planId: "" },
      ...{ risk: "approve", created: Number.parseInt(id, 16), expires: 1e15, seal: "somebody else's" },
    };
    await s.write(`.clockwork/proposals/${id}/proposal.json`, JSON.stringify(proposal));
  };
  const changed = pages.replace("hello", "bye");
  const step = "ensure_file.page";
  await propose("000000000000000a", { kind: "knob", step, knob: "timeout_s", value: 30 });
  await propose("0000000000000009", { kind: "cw", file: "main.cw", text: changed, was: "", claims: [] });
  await propose("0000000000000008", { kind: "runbook", text: "# By hand", about: "changed file.page" });
  expect(await proposals(s)).toMatchObject([
    {
      text: {
        now: expect.stringContaining(`[${step}]\ntimeout_s = `),
        proposed: `[${step}]\ntimeout_s = 30\n`,
      },
    },
    { text: { now: pages, proposed: changed }, uri: s.uri("main.cw"), runbook: null },
    { text: null, runbook: "# By hand" },
  ]);
  // Whose it is has to be known before anybody carries it out.
  for (const { stale } of await proposals(s)) expect(stale).toMatch(/not made by your daemon/);
  expect(await readFile(join(s.folder, ".clockwork/build/manifest.json"), "utf8")).toBe(manifest);
});
