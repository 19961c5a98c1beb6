import { rm, writeFile } from "node:fs/promises";
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
