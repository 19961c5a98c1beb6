import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import {
  type CodeLens,
  CodeLensRefreshRequest,
  CodeLensRequest,
  CodeLensResolveRequest,
  DefinitionRequest,
  type DocumentLink,
  DocumentLinkRequest,
  type Hover,
  HoverRequest,
  type LocationLink,
  RegistrationRequest,
  TextDocumentContentRefreshRequest,
  TextDocumentContentRequest,
} from "vscode-languageserver/node";
import {
  commands,
  notifications,
  type PlanParams,
  type PlanRecord,
  planScheme,
  requests,
} from "../../server/src/protocol.ts";
import { cli } from "../support/cli.ts";
import { Session } from "./session.ts";

let session: Session | undefined;
afterEach(async () => {
  await session?.stop();
  session = undefined;
});

const page = (content: string, more = "") =>
  `resource "file" "page" {\n  path    = "index.html"\n  content = "${content}"\n}\n${more}`;

/** Told of each new plan. */
async function start(files: Readonly<Record<string, string>>, capabilities = {}): Promise<Session> {
  session = await Session.start(files);
  await session.initialize(capabilities, { planChanges: true });
  return session;
}

const folderOf = (s: Session) => s.uri(".").replace(/\/\.?$/, "");

function plan(s: Session): Promise<PlanRecord> {
  const params: PlanParams = { folder: folderOf(s) };
  return s.connection.sendRequest(requests.plan, params);
}

/** The next notice of another plan. */
function planChanged(s: Session): Promise<PlanParams> {
  return new Promise((resolve) => {
    const listening = s.connection.onNotification(notifications.planChanged, (params: PlanParams) => {
      listening.dispose();
      resolve(params);
    });
  });
}

test("a plan says what happens to each block, where it stands, and in which steps", async () => {
  const s = await start({});
  await s.open("main.cw", `# a page\n${page("hello")}`);
  expect(await plan(s)).toEqual({
    folder: folderOf(s),
    planId: expect.stringMatching(/^[0-9a-f]{64}$/),
    summary: {
      create: 1,
      update: 0,
      replace: 0,
      delete: 0,
      move: 0,
      forget: 0,
      none: 0,
      checks: 0,
      text: "1 to create",
    },
    changes: [
      {
        address: "file.page",
        action: "create",
        isCheck: false,
        reason: "not in the state",
        fields: [
          { path: "content", after: '"hello"', sensitive: false },
          { path: "path", after: '"index.html"', sensitive: false },
        ],
        place: {
          uri: s.uri("main.cw"),
          range: { start: { line: 2, column: 1 }, end: { line: 2, column: 23 } },
          whole: { start: { line: 2, column: 1 }, end: { line: 5, column: 2 } },
        },
        steps: ["ensure_file.page"],
      },
    ],
    steps: [{ id: "ensure_file.page", name: "ensure_file", resource: "file.page", needs: [] }],
    drift: [],
  });
});

test("it changes as the text does, and with a broken text the last good one is marked as stale", async () => {
  const s = await start({});
  await s.open("main.cw", page("hello"));
  await plan(s);
  const told = planChanged(s);
  await s.change("main.cw", 2, page("hello, world"));
  expect(await told).toEqual({ folder: folderOf(s) });
  const changed = await plan(s);
  expect(changed.changes[0]?.fields[0]).toMatchObject({ path: "content", after: '"hello, world"' });
  await s.change("main.cw", 3, `# moved\n${page("hello, world").replace("}", "")}`);
  const stale = await plan(s);
  expect(stale).toMatchObject({ planId: changed.planId, summary: changed.summary });
  expect(stale.stale).toMatch(/^main\.cw:\d+:\d+: /);
  await s.change("main.cw", 4, page("hello, world"));
  expect(await plan(s)).toEqual(changed);
});

test("without a plan there is the reason", async () => {
  const s = await start({});
  await s.open(
    "main.cw",
    'variable "image" {}\nresource "file" "page" {\n  path = var.image\n  content = ""\n}\n',
  );
  expect(await plan(s)).toMatchObject({
    stale: expect.stringMatching(/^main\.cw:1:1: .*image/),
    changes: [],
  });
});

test("what somebody saw otherwise than the state says stands on its block, until the state is another one", async () => {
  const s = await start({ "main.cw": page("hello") });
  await s.open("main.cw", page("hello"));
  expect(await cli(["apply", "--yes"], { cwd: s.folder })).toMatchObject({ code: 0 });
  await rm(join(s.folder, "index.html"));
  await plan(s);
  expect(await cli(["refresh"], { cwd: s.folder })).toMatchObject({ code: 0 });
  const seen = planChanged(s);
  const changed = (name: string) =>
    s.connection.sendNotification("workspace/didChangeWatchedFiles", {
      changes: [{ uri: s.uri(`.clockwork/${name}`), type: 2 }],
    });
  await changed("observations.json");
  await seen;
  const drifted = await plan(s);
  expect(drifted.drift).toEqual([
    {
      address: "file.page",
      isCheck: false,
      detail: "the file is gone",
      seenMs: expect.any(Number),
      place: expect.objectContaining({ uri: s.uri("main.cw") }),
    },
  ]);
  // What `plan` says without looking is what it was.
  expect(drifted.summary.text).toBe("no changes");
  expect((await lenses(s)).map(({ title, command }) => [title, command]).slice(3, 5)).toEqual([
    ["drifted: the file is gone, seen just now", "clockwork.showDrift"],
    ["plan the repair", "clockwork.planRepair"],
  ]);
  expect(await cli(["apply", "--yes", "--refresh"], { cwd: s.folder })).toMatchObject({ code: 0 });
  const mended = planChanged(s);
  await changed("state.json");
  await mended;
  expect((await plan(s)).drift).toEqual([]);
});

test("an apply outside is seen: the state has changed", async () => {
  const s = await start({ "main.cw": page("hello") });
  await s.open("main.cw", page("hello"));
  await plan(s);
  expect(await cli(["apply", "--yes"], { cwd: s.folder })).toMatchObject({ code: 0 });
  const told = planChanged(s);
  await s.connection.sendNotification("workspace/didChangeWatchedFiles", {
    changes: [{ uri: s.uri(".clockwork/state.json"), type: 1 }],
  });
  await told;
  expect((await plan(s)).summary).toMatchObject({ create: 0, none: 1, text: "no changes" });
  await s.write(".clockwork/build/scripts/ensure_file.page.mjs", "// mine\n");
  await s.connection.sendNotification("workspace/didChangeWatchedFiles", {
    changes: [{ uri: s.uri(".clockwork/build/scripts/ensure_file.page.mjs"), type: 2 }],
  });
  expect((await plan(s)).changes[0]).toMatchObject({ action: "update", reason: "artifact edited" });
});

test("a file that an attribute names is watched, and counts as it is now", async () => {
  const s = await start(
    { "page.html": "one" },
    { workspace: { didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true } } },
  );
  const watched: unknown[] = [];
  s.connection.onRequest(RegistrationRequest.type, ({ registrations }) => {
    watched.push(...registrations.flatMap(({ registerOptions }) => registerOptions.watchers));
  });
  const text = 'resource "file" "page" {\n  path   = "a.html"\n  source = "page.html"\n}\n';
  await s.open("main.cw", text);
  const first = await plan(s);
  await s.connection.sendRequest(requests.plan, { folder: folderOf(s) });
  expect(watched).toContainEqual({ globPattern: { baseUri: folderOf(s), pattern: "*" } });
  const told = planChanged(s);
  await s.write("page.html", "two");
  await s.connection.sendNotification("workspace/didChangeWatchedFiles", {
    changes: [{ uri: s.uri("page.html"), type: 2 }],
  });
  await told;
  expect((await plan(s)).planId).not.toBe(first.planId);
});

test("over a block stands what is planned for it; the title is asked for when it comes into sight", async () => {
  const s = await start({}, { workspace: { codeLens: { refreshSupport: true } } });
  const refreshed = new Promise<void>((resolve) => {
    s.connection.onRequest(CodeLensRefreshRequest.type, () => resolve());
  });
  await s.open("main.cw", page("hello"));
  const first = await lenses(s);
  expect(first.map(({ title }) => title)).toEqual(["plan", "apply"]);
  await refreshed;
  const folder = folderOf(s);
  expect(await lenses(s)).toEqual([
    { title: "plan", command: commands.plan, arguments: [folder] },
    { title: "apply", command: commands.apply, arguments: [folder] },
    { title: "1 to create", command: commands.openPlan, arguments: [{ folder }] },
    {
      title: "+ create",
      tooltip: "file.page: not in the state",
      command: commands.openPlan,
      arguments: [{ folder, address: "file.page" }],
    },
    {
      title: "apply this",
      command: commands.applyResource,
      arguments: [{ folder, addresses: ["file.page"] }],
    },
  ]);
  await s.change("main.cw", 2, page("hello").replace("}", ""));
  // They survive while a block is half-typed, and say when the plan is no longer that of the text.
  expect((await lenses(s)).map(({ title }) => title)).toEqual(
    expect.arrayContaining(["1 to create", "+ create", "apply this"]),
  );
  await plan(s);
  expect((await lenses(s)).map(({ title }) => title)).toEqual(
    expect.arrayContaining(["1 to create (stale)", "+ create (stale)"]),
  );
});

test("the mouse on a block's header shows what is planned, beside what it is", async () => {
  const s = await start({ "main.cw": page("hello") });
  await s.open("main.cw", page("hello"));
  expect(await cli(["apply", "--yes"], { cwd: s.folder })).toMatchObject({ code: 0 });
  await s.change("main.cw", 2, page("good day"));
  await plan(s);
  const params = { textDocument: { uri: s.uri("main.cw") }, position: { line: 0, character: 19 } };
  const hover: Hover | null = await s.connection.sendRequest(HoverRequest.type, params);
  const text = JSON.stringify(hover?.contents);
  expect(text).toContain("**~ update** `file.page`: content changed");
  expect(text).toContain('```diff\\n- content = \\"hello\\"\\n+ content = \\"good day\\"\\n```');
  expect(text).toContain("A file with a given content");
});

test("a plan is a document that is kept up to date, and leads to the source", async () => {
  const s = await start(
    {},
    { textDocument: { documentLink: { dynamicRegistration: true }, definition: { linkSupport: true } } },
  );
  const uri = `${planScheme}:/stack.cwplan?${encodeURIComponent(folderOf(s))}`;
  await s.open("main.cw", page("hello"));
  const content = async () => (await s.connection.sendRequest(TextDocumentContentRequest.type, { uri })).text;
  expect(`\n${await content()}`).toBe(`
  + file.page  create (not in the state)
      + content: "hello"
      + path: "index.html"

Steps, in this order:
  1. ensure_file.page

Plan: 1 to create, 0 to update, 0 to replace, 0 to delete.
`);
  const textDocument = { uri };
  const links: DocumentLink[] | null = await s.connection.sendRequest(DocumentLinkRequest.type, {
    textDocument,
  });
  expect(links).toEqual([
    {
      range: { start: { line: 0, character: 4 }, end: { line: 0, character: 13 } },
      target: `${s.uri("main.cw")}#L1,1`,
    },
    {
      range: { start: { line: 5, character: 5 }, end: { line: 5, character: 21 } },
      target: `${s.uri("main.cw")}#L1,1`,
    },
  ]);
  const position = { line: 5, character: 8 };
  const definition = await s.connection.sendRequest(DefinitionRequest.type, { textDocument, position });
  expect(definition).toMatchObject([
    { targetUri: s.uri("main.cw"), targetRange: { start: { line: 0 }, end: { line: 3 } } },
  ] satisfies Partial<Record<keyof LocationLink, unknown>>[]);
  const refreshed = new Promise((resolve) => {
    s.connection.onRequest(TextDocumentContentRefreshRequest.type, (params) => resolve(params));
  });
  await s.change("main.cw", 2, page("hello").replace("}", ""));
  expect(await refreshed).toEqual({ uri });
  const [toMistake] = (await s.connection.sendRequest(DocumentLinkRequest.type, { textDocument })) ?? [];
  expect(toMistake).toMatchObject({
    range: { start: { line: 0, character: 16 } },
    target: expect.stringMatching(/main\.cw#L\d+,\d+$/),
  });
  expect(await content()).toMatch(/^Not up to date: main\.cw:.*\n\n {2}\+ file\.page {2}create/);
});

test("what no client should send is answered with nothing", async () => {
  const s = await start({});
  await s.open("main.cw", page("hello"));
  await plan(s);
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
  const lens = { range, data: { folder: 1, key: "x" } };
  expect(await s.connection.sendRequest(CodeLensResolveRequest.type, lens)).toEqual(lens);
  const textDocument = { uri: `${planScheme}:/x?%E0%A4%A` };
  expect(await s.connection.sendRequest(DocumentLinkRequest.type, { textDocument })).toBeNull();
  const nowhere = { folder: s.uri("nowhere") };
  expect(await s.connection.sendRequest(requests.plan, nowhere)).toBeNull();
  await s.connection.sendNotification(notifications.facts, { os: "solaris" });
  expect((await plan(s)).summary.create).toBe(1);
});

/** With the titles of those that are in sight. */
async function lenses(s: Session) {
  const params = { textDocument: { uri: s.uri("main.cw") } };
  const listed = (await s.connection.sendRequest(CodeLensRequest.type, params)) ?? [];
  const resolved = listed.map(
    async (lens): Promise<CodeLens> =>
      lens.command ? lens : s.connection.sendRequest(CodeLensResolveRequest.type, lens),
  );
  return (await Promise.all(resolved)).flatMap(({ command }) => command ?? []);
}

test("secrets stay out of it", async () => {
  const s = await start({});
  const text = `variable "word" {\n  default   = "hush-hush"\n  sensitive = true\n}\n${page("$" + "{var.word}")}`;
  await s.open("main.cw", text);
  const record = await plan(s);
  expect(record.changes[0]?.fields[0]).toEqual({
    path: "content",
    after: "(sensitive value)",
    sensitive: true,
  });
  expect(JSON.stringify(record)).not.toContain("hush");
});

test("a comment asks nothing of the machine", async () => {
  const s = await start({});
  await s.open("main.cw", page("hello", "# facts.os would be known elsewhere\n"));
  expect(await plan(s)).toMatchObject({ summary: { create: 1 } });
  expect((await plan(s)).needsFacts).toBeUndefined();
});

const withFacts = 'resource "file" "page" {\n  path = "index.html"\n  content = facts.os\n}\n';

test("what the machine offers is not looked for, but can be told", async () => {
  const s = await start({});
  await s.open("main.cw", withFacts);
  expect(await plan(s)).toMatchObject({
    needsFacts: true,
    stale: expect.stringContaining("facts"),
    changes: [],
  });
  const told = planChanged(s);
  await s.connection.sendNotification(notifications.facts, { os: "darwin", arch: "arm64", runtimes: {} });
  await told;
  const known = await plan(s);
  expect(known.changes[0]?.fields[0]).toMatchObject({ path: "content", after: '"darwin"' });
  expect(known.stale).toBeUndefined();
});
