/* Problems that the client asks for. */
import { afterEach, describe, expect, test } from "vitest";
import {
  CancellationTokenSource,
  type ClientCapabilities,
  DiagnosticRefreshRequest,
  DidChangeWorkspaceFoldersNotification,
  DocumentDiagnosticRequest,
  type FullDocumentDiagnosticReport,
  type WorkspaceDiagnosticReport,
  WorkspaceDiagnosticRequest,
} from "vscode-languageserver/node";
import { Session } from "./session.ts";

const good = 'variable "a" {\n  default = 1\n}\n';
const broken = 'resource "file" "page" {\n  path    = = "index.html"\n  content = "hello"\n}\n';
const user = 'output "o" {\n  value = var.a\n}\n';
const pulling: ClientCapabilities = {
  textDocument: { diagnostic: {} },
  workspace: { diagnostics: { refreshSupport: true }, workspaceFolders: true },
};

let s: Session;
let unfollow = async () => {};
afterEach(async () => {
  await unfollow();
  unfollow = async () => {};
  await s.stop();
});

async function start(files: Readonly<Record<string, string>>, capabilities = pulling) {
  s = await Session.start(files);
  return s.initialize(capabilities);
}

const ask = (name: string, previousResultId?: string) =>
  s.connection.sendRequest(DocumentDiagnosticRequest.type, {
    textDocument: { uri: s.uri(name) },
    ...(previousResultId !== undefined && { previousResultId }),
  });

async function codes(name: string): Promise<unknown[]> {
  const report = await ask(name);
  if (report.kind !== "full") throw new Error("nobody has asked before");
  return report.items.map(({ code }) => code);
}

/** The next time that the client is told to ask again. */
const refreshed = () =>
  new Promise<void>((resolve) => {
    s.connection.onRequest(DiagnosticRefreshRequest.type, () => resolve());
  });

/** Follows all documents; gives what was told of one, by the next list that satisfies `wanted`. */
function follow() {
  const source = new CancellationTokenSource();
  const told: WorkspaceDiagnosticReport["items"] = [];
  const looks = new Set<() => void>();
  s.connection.onProgress(WorkspaceDiagnosticRequest.partialResult, "all", ({ items }) => {
    told.push(...items);
    for (const look of looks) look();
  });
  const params = { previousResultIds: [], partialResultToken: "all" };
  const end = s.connection.sendRequest(WorkspaceDiagnosticRequest.type, params, source.token);
  unfollow = () => {
    source.cancel();
    return expect(end).rejects.toMatchObject({ code: -32800 });
  };
  const next = (name: string, wanted: (report: FullDocumentDiagnosticReport) => boolean) =>
    new Promise<FullDocumentDiagnosticReport>((resolve) => {
      const look = () => {
        const index = told.findIndex((r) => r.uri === s.uri(name) && r.kind === "full" && wanted(r));
        const [found] = index < 0 ? [] : told.splice(index, 1);
        if (found?.kind !== "full") return;
        looks.delete(look);
        resolve(found);
      };
      looks.add(look);
      look();
    });
  return { next, told };
}
const some = ({ items }: FullDocumentDiagnosticReport) => items.length > 0;
const none = ({ items }: FullDocumentDiagnosticReport) => items.length === 0;

test("a client that asks is sent nothing unasked, and is answered for the text that it sent last", async () => {
  const { capabilities } = await start({});
  expect(capabilities.diagnosticProvider).toEqual({
    interFileDependencies: true,
    workspaceDiagnostics: true,
  });
  await s.open("main.cw", user);
  await s.change("main.cw", 2, user.replace("var.a", "var.b"));
  expect(await ask("main.cw")).toMatchObject({
    kind: "full",
    items: [
      {
        code: "unknown-variable",
        message: 'There is no variable called "b"\nDeclare it: variable "b" { … }',
      },
    ],
  });
  await s.open("alone.cwvars", "a = = 1\n");
  expect(await codes("alone.cwvars")).toEqual(["syntax-error"]);
  expect(s.published).toEqual([]);
});

test("a client that does not ask is sent lists, and is told of no provider", async () => {
  const { capabilities } = await start({}, {});
  expect(capabilities.diagnosticProvider).toBeUndefined();
  await s.open("main.cw", user);
  await s.diagnostics("main.cw", ({ diagnostics }) => diagnostics.length > 0);
});

test("what the client has already is not sent again", async () => {
  await start({});
  await s.open("main.cw", user);
  const { resultId } = await ask("main.cw");
  await s.change("main.cw", 2, `${user}# more\n`);
  expect(await ask("main.cw", resultId)).toEqual({ kind: "unchanged", resultId });
  await s.change("main.cw", 3, `${user}${good}`);
  const clean = await ask("main.cw", resultId);
  expect(clean).toMatchObject({ kind: "full", items: [] });
  expect(await ask("main.cw", clean.resultId)).toEqual({ kind: "unchanged", resultId: clean.resultId });
});

test("of a burst of edits, each asked about and given up for the next, the last one is answered and none is left", async () => {
  await start({});
  await s.open("main.cw", good);
  const textDocument = { uri: s.uri("main.cw") };
  const answers: Promise<unknown>[] = [];
  let source = new CancellationTokenSource();
  for (let version = 2; version <= 100; version++) {
    source.cancel();
    source = new CancellationTokenSource();
    await s.change("main.cw", version, version % 2 === 0 ? broken : user);
    const answer = s.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument }, source.token);
    answers.push(
      answer.then(
        ({ kind }) => kind,
        (error: { readonly code: number }) => error.code,
      ),
    );
  }
  expect(await codes("main.cw")).toEqual(["syntax-error"]);
  const settled = await Promise.all(answers);
  expect(settled.at(-1)).toBe("full");
  expect(settled.filter((one) => one !== "full" && one !== -32800)).toEqual([]);
});

test("an edit of one document has the client ask about the others again, and only then", async () => {
  await start({});
  await s.open("main.cw", user);
  await s.open("variables.cw", good);
  expect(await codes("main.cw")).toEqual([]);
  let refreshes = 0;
  s.connection.onRequest(DiagnosticRefreshRequest.type, () => void refreshes++);
  await s.change("variables.cw", 2, `${good}# more\n`);
  expect(await codes("variables.cw")).toEqual([]);
  expect(refreshes).toBe(0);
  const told = refreshed();
  await s.change("variables.cw", 3, good.replace('"a"', '"b"'));
  await told;
  expect(await codes("main.cw")).toEqual(["unknown-variable"]);
});

test("a client that takes related documents gets those that nobody has open beside the answer", async () => {
  await start({ "other.cw": broken }, { textDocument: { diagnostic: { relatedDocumentSupport: true } } });
  await s.open("main.cw", good);
  expect(await ask("main.cw")).toMatchObject({
    relatedDocuments: { [s.uri("other.cw")]: { kind: "full", items: [{ code: "syntax-error" }] } },
  });
  expect(await ask("main.cw")).not.toHaveProperty("relatedDocuments");
  await s.open("other.cw", good.replace('"a"', '"b"'));
  await codes("other.cw");
  await s.connection.sendNotification("textDocument/didClose", { textDocument: { uri: s.uri("other.cw") } });
  await s.write("other.cw", "# nothing\n");
  await s.connection.sendNotification("workspace/didChangeWatchedFiles", {
    changes: [{ uri: s.uri("other.cw"), type: 2 }],
  });
  expect(await ask("main.cw")).toMatchObject({ relatedDocuments: { [s.uri("other.cw")]: { items: [] } } });
});

describe("all documents", () => {
  test("are in one answer for a client that takes it whole", async () => {
    await start({ "other.cw": broken });
    await s.open("main.cw", user);
    const all = (previousResultIds: { uri: string; value: string }[]) =>
      s.connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds });
    const { items } = await all([]);
    items.sort((a, b) => (a.uri < b.uri ? -1 : 1));
    expect(items).toMatchObject([
      { uri: s.uri("main.cw"), kind: "full", version: 1, items: [{ code: "unknown-variable" }] },
      { uri: s.uri("other.cw"), kind: "full", version: null, items: [{ code: "syntax-error" }] },
    ]);
    const held = items.map(({ uri, resultId }) => ({ uri, value: resultId ?? "" }));
    expect((await all(held)).items.map(({ kind }) => kind)).toEqual(["unchanged", "unchanged"]);
  });

  test("are told of as they change for one that follows: those that it does not ask about itself", async () => {
    await start({ "other.cw": broken });
    const { next, told } = follow();
    await s.open("main.cw", user);
    expect(await codes("main.cw")).toEqual(["unknown-variable"]);
    await next("other.cw", some);
    expect(told).toEqual([]);
    await s.write("other.cw", good);
    await s.connection.sendNotification("workspace/didChangeWatchedFiles", {
      changes: [{ uri: s.uri("other.cw"), type: 2 }],
    });
    await next("other.cw", none);
    expect(await codes("main.cw")).toEqual([]);
  });

  test("that are closed are told of from then on, whatever the client held", async () => {
    await start({ "main.cw": good, "other.cw": user });
    const { next } = follow();
    await s.open("main.cw", good);
    await s.open("other.cw", user.replace("var.a", "var.b"));
    expect(await codes("other.cw")).toEqual(["unknown-variable"]);
    await s.connection.sendNotification("textDocument/didClose", {
      textDocument: { uri: s.uri("other.cw") },
    });
    await next("other.cw", none);
  });

  test("of a folder come and go with it, but for what is open", async () => {
    await start({ "in/main.cw": good, "out/main.cw": good, "out/other.cw": broken });
    const folder = (name: string) => ({ uri: s.uri(name), name });
    const change = (added: string[], removed: string[]) =>
      s.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, {
        event: { added: added.map(folder), removed: removed.map(folder) },
      });
    await change(["in"], ["."]);
    const { next, told } = follow();
    await s.open("out/main.cw", user);
    expect(await codes("out/main.cw")).toEqual(["unknown-variable"]);
    expect(told).toEqual([]);
    await change(["out"], []);
    await next("out/other.cw", some);
    await change([], ["out"]);
    await next("out/other.cw", none);
    expect(await codes("out/main.cw")).toEqual(["unknown-variable"]);
  });
});
