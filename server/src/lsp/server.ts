import {
  type ClientCapabilities,
  CodeLensRefreshRequest,
  type Connection,
  type InitializeResult,
  type ServerCapabilities,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { LookAtScript } from "../forge/check/scripts.ts";
import { parse } from "../syntax/document.ts";
import type { Grammar } from "../syntax/parser.ts";
import { analyse, editStack, syntaxProblems } from "./analyse.ts";
import { artifactAt } from "./artifact-address.ts";
import { Artifacts } from "./artifacts.ts";
import { type ChangingClient, changingCapabilities, serveChanging } from "./changing.ts";
import { lensCapabilities, serveLenses } from "./code-lenses.ts";
import { toDiagnostics } from "./convert.ts";
import { serveDaemon } from "./daemon.ts";
import { watchersFor } from "./file-watchers.ts";
import { serveGraph } from "./graphing.ts";
import { hintCapabilities, serveHints } from "./hints.ts";
import { type NavigatingClient, navigatingCapabilities, serveNavigating } from "./navigating.ts";
import { outliningCapabilities, serveOutlining } from "./outlining.ts";
import { ParsedDocuments } from "./parsed-documents.ts";
import {
  livePlans,
  type PlanningClient,
  type PlanningHost,
  planningCapabilities,
  registerPlans,
  servePlans,
} from "./planning.ts";
import { type RenamingClient, renamingCapabilities, serveRenaming } from "./renaming.ts";
import { Reports, serveReports } from "./reporting.ts";
import { serveRunning } from "./running.ts";
import { readSettings } from "./settings.ts";
import { sourceLines } from "./source-lines.ts";
import { watchStacks } from "./stack-watching.ts";
import { type OpenDocument, Stacks } from "./stacks.ts";
import { serveState } from "./stating.ts";
import { serveTests } from "./testing.ts";
import { serveTools } from "./tooling.ts";
import { folderOf, onDisk, pathOf } from "./uri.ts";
import { WorkspaceFolders } from "./workspace-folders.ts";
import { serveWriting, type WritingClient, writingCapabilities } from "./writing.ts";

/**
 * The language server: a thin face that turns the protocol into calls of the rooms and back. It may read files and
 * nothing else: it starts no process, asks no agent and writes nothing, whatever a workspace contains.
 */
export interface ServerHost extends PlanningHost {
  /** What `files` can read: a machine's disk, or what lies in the folders that the client has open, wherever they are. */
  readonly reads: "disk" | "workspace";
  readonly version: string;
  /** Address of the folder with a page for each code. */
  readonly pages: string;
  loadGrammar(): Promise<Grammar>;
  /** A quiet moment: nobody has edited anything for a while. Absent where there is nothing to do in it. */
  rest?(): void;
  /** The rules for scripts that need parsers; absent in a browser. */
  readonly lookAtScript?: LookAtScript;
}

type Client = WritingClient & ChangingClient & NavigatingClient & RenamingClient & PlanningClient;

/** A server that runs. */
export interface Served {
  /** Any file may be another one than was read. */
  renew(): void;
}

export function serve(connection: Connection, host: ServerHost): Served {
  const documents = new TextDocuments(TextDocument);
  const grammar = host.loadGrammar();
  const isReadable = (folder: string) => (host.reads === "disk" ? onDisk(folder) : roots.hold(folder));
  const stackOf = (uri: string) => {
    const folder = stackFolder(uri);
    return folder !== undefined && isReadable(folder) ? folder : undefined;
  };
  const page = (code: string) => `${host.pages}/${code}.md`;
  const report = (error: unknown) => connection.console.error(describe(error));
  const roots = new WorkspaceFolders();
  /** Of documents that are part of no stack: the last check of each. */
  const checks = new Map<string, Promise<void>>();
  const reports = new Reports({
    connection,
    documents,
    settled: async (uri) => {
      await checks.get(uri);
      const folder = stackOf(uri);
      if (folder !== undefined) await stacks.settled(folder);
    },
    allSettled: async () => {
      await Promise.all([...checks.values(), stacks.all()]);
    },
    report,
  });
  const stacks = new Stacks({
    files: host.files,
    page,
    analyse: async (files, folder) => analyse(files, await grammar, folder),
    edit: async (folder) => editStack(await grammar, folder),
    open: () => openDocuments(documents),
    roots,
    publish: (uri, diagnostics, version) => reports.tell(uri, diagnostics, version),
    report,
  });

  let client: Client = {
    snippets: false,
    insertReplace: false,
    creates: false,
    links: false,
    annotations: false,
    planChanges: false,
    refreshesLenses: false,
  };
  let offered: ClientCapabilities = {};
  const read = (values: unknown) => readSettings(values, (problem) => connection.console.warn(problem));
  let settings = read(undefined);
  connection.onDidChangeConfiguration(({ settings: changed }) => {
    settings = read(changed?.clockwork);
    if (offered.workspace?.inlayHint?.refreshSupport) connection.languages.inlayHint.refresh().catch(report);
  });
  connection.onInitialize((params) => {
    const { textDocument, workspace } = params.capabilities;
    settings = read(params.initializationOptions);
    roots.open(params.workspaceFolders ?? []);
    const item = textDocument?.completion?.completionItem;
    client = {
      snippets: item?.snippetSupport === true,
      insertReplace: item?.insertReplaceSupport === true,
      creates: workspace?.workspaceEdit?.resourceOperations?.includes("create") === true,
      links: textDocument?.definition?.linkSupport === true,
      annotations: workspace?.workspaceEdit?.changeAnnotationSupport !== undefined,
      planChanges: settings.planChanges,
      refreshesLenses: workspace?.codeLens?.refreshSupport === true,
    };
    offered = params.capabilities;
    return capabilities(host.version, reports.offer(params.capabilities));
  });
  const plans = livePlans({ connection, documents, stacks }, host, grammar);
  const asking = { connection, documents, stacks, plans };
  const artifacts = new Artifacts({
    ...asking,
    files: host.files,
    lookAtScript: host.lookAtScript,
    page,
    tell: (uri, diagnostics, version) => reports.tell(uri, diagnostics, version),
    report,
  });
  connection.onInitialized(() => {
    const watchers = watchersFor(offered, connection);
    if (watchers) watchStacks(stacks, watchers, report);
    registerPlans(asking, offered, watchers).catch(report);
    artifacts.register(offered, roots.paths, reports.pulls).catch(report);
    if (offered.workspace?.workspaceFolders) roots.follow(connection, lookAgain);
  });
  const parsed = new ParsedDocuments(grammar);
  const parseOpen = (document: TextDocument) => parsed.of(document);
  servePlans(asking, () => client);
  serveLenses(asking, parseOpen, artifacts, () => {
    if (client.refreshesLenses) connection.sendRequest(CodeLensRefreshRequest.method).catch(report);
  });
  serveWriting(
    asking,
    parseOpen,
    () => client,
    (document, line) => artifacts.documents.hover(document, line),
  );
  serveHints(asking, () => settings.inlayHints);
  serveChanging(asking, () => client);
  documents.onDidClose(({ document }) => parsed.forget(document));
  serveNavigating(asking, () => client);
  serveRenaming(asking, () => client);
  serveRunning(asking, host.files);
  serveOutlining(asking, parseOpen);
  serveTests(asking);
  serveTools(asking);
  serveState(asking, host.files);
  serveDaemon(asking, host);
  serveGraph(asking, async (text) => parse(await grammar, "", text));
  serveReports({ connection }, reports);
  /** Of a document that is part of no stack, only what it says by itself can be wrong. */
  const checkAlone = async (document: TextDocument) => {
    const { uri, version } = document;
    const source = parse(await grammar, uri, document.getText());
    const files = { lines: () => sourceLines(source), uri: () => uri, page };
    const diagnostics = toDiagnostics(syntaxProblems(source), files, uri).map((d) => d.diagnostic);
    if (documents.get(uri)?.version === version) reports.tell(uri, diagnostics, version);
  };
  const look = (document: TextDocument): void => {
    const { uri } = document;
    const folder = artifactAt(uri) ? undefined : stackOf(uri);
    if (folder !== undefined) {
      stacks.touch(folder);
    } else {
      const check = artifactAt(uri) ? artifacts.documents.check(document) : checkAlone(document);
      checks.set(uri, check.catch(report));
    }
  };
  /** Other folders are open than before: what can be read and what is told of may be other things. */
  const lookAgain = (): void => {
    for (const folder of stacks.folders()) if (!isReadable(folder)) stacks.forget(folder);
    documents.all().forEach(look);
  };
  documents.onDidOpen(({ document: { uri } }) => {
    const folder = artifactAt(uri) ? undefined : stackOf(uri);
    if (folder !== undefined) stacks.renew(folder);
  });
  documents.onDidChangeContent(({ document }) => look(document));
  documents.onDidClose(({ document }) => {
    const { uri } = document;
    checks.delete(uri);
    const folder = artifactAt(uri) ? undefined : stackOf(uri);
    if (artifactAt(uri)) artifacts.documents.forget(document);
    if (folder === undefined) reports.tell(uri, []);
    else if (documents.all().some((other) => stackOf(other.uri) === folder)) stacks.renew(folder);
    else stacks.forget(folder);
    reports.forget(uri);
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    artifacts.filesChanged(changes.map(({ uri }) => uri));
    const paths = changes.flatMap(({ uri }) => pathOf(uri) ?? []);
    stacks.diskChanged(paths);
    for (const path of paths) plans.touched(path);
  });
  if (host.rest) restBetween(stacks, host.rest);
  documents.listen(connection);
  connection.listen();
  return { renew: () => stacks.renewAll() };
}

/** @param more those that depend on the client */
/** After so long without an analysis the server is at rest, in milliseconds. */
const restMs = 4000;

function restBetween(stacks: Stacks, rest: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  stacks.onAnalysed(() => {
    clearTimeout(timer);
    timer = setTimeout(rest, restMs);
  });
}

function capabilities(version: string, more: ServerCapabilities): InitializeResult {
  return {
    capabilities: {
      ...more,
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      ...lensCapabilities,
      ...planningCapabilities,
      ...changingCapabilities,
      ...writingCapabilities,
      ...hintCapabilities,
      ...navigatingCapabilities,
      ...renamingCapabilities,
      ...outliningCapabilities,
      workspace: {
        ...planningCapabilities.workspace,
        workspaceFolders: { supported: true, changeNotifications: true },
      },
    },
    serverInfo: { name: "clockwork", version },
  };
}

/**
 * The folder of the stack that a document is part of: one of its sources, or of the files whose values it always takes.
 * Undefined for every other document.
 */
function stackFolder(uri: string): string | undefined {
  const path = pathOf(uri);
  if (path === undefined || !/\.cw$|\/clockwork\.cwvars$|\.auto\.cwvars$/.test(path)) return undefined;
  return folderOf(path);
}

function openDocuments(documents: TextDocuments<TextDocument>): ReadonlyMap<string, OpenDocument> {
  const open = new Map<string, OpenDocument>();
  for (const document of documents.all()) {
    const path = pathOf(document.uri);
    if (path === undefined) continue;
    open.set(path, { uri: document.uri, version: document.version, text: document.getText() });
  }
  return open;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
