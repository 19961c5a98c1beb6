import {
  type ClientCapabilities,
  type Connection,
  type InitializeResult,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { parse } from "../syntax/document.ts";
import type { Grammar } from "../syntax/parser.ts";
import { analyse, editStack, syntaxProblems } from "./analyse.ts";
import { artifactAt } from "./artifact-address.ts";
import { Artifacts } from "./artifacts.ts";
import { type ChangingClient, changingCapabilities, serveChanging } from "./changing.ts";
import { lensCapabilities, serveLenses } from "./code-lenses.ts";
import { toDiagnostics } from "./convert.ts";
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
import { serveProblems } from "./problems.ts";
import { type RenamingClient, renamingCapabilities, serveRenaming } from "./renaming.ts";
import { serveRunning } from "./running.ts";
import { readSettings } from "./settings.ts";
import { type OpenDocument, Stacks } from "./stacks.ts";
import { serveState } from "./stating.ts";
import { serveTests } from "./testing.ts";
import { folderOf, onDisk, pathOf } from "./uri.ts";
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
  const stackOf = (uri: string) => {
    const folder = stackFolder(uri);
    return folder !== undefined && isReadable(folder, host.reads, roots) ? folder : undefined;
  };
  const page = (code: string) => `${host.pages}/${code}.md`;
  const report = (error: unknown) => connection.console.error(describe(error));
  let roots: readonly string[] = [];
  const stacks = new Stacks({
    files: host.files,
    page,
    analyse: async (files, folder) => analyse(files, await grammar, folder),
    edit: async (folder) => editStack(await grammar, folder),
    open: () => openDocuments(documents),
    roots: () => roots,
    publish: (uri, diagnostics, version) => {
      const list = { uri, diagnostics: [...diagnostics], ...(version !== undefined && { version }) };
      void connection.sendDiagnostics(list);
    },
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
  let settings = readSettings(undefined);
  connection.onDidChangeConfiguration(({ settings: changed }) => {
    settings = readSettings(changed?.clockwork);
    connection.languages.inlayHint.refresh().catch(report);
  });
  connection.onInitialize((params) => {
    const { textDocument, workspace } = params.capabilities;
    settings = readSettings(params.initializationOptions);
    roots = (params.workspaceFolders ?? []).flatMap(({ uri }) => pathOf(uri)?.replace(/\/$/, "") ?? []);
    const item = textDocument?.completion?.completionItem;
    client = {
      snippets: item?.snippetSupport === true,
      insertReplace: item?.insertReplaceSupport === true,
      creates: workspace?.workspaceEdit?.resourceOperations?.includes("create") === true,
      links: textDocument?.definition?.linkSupport === true,
      annotations: workspace?.workspaceEdit?.changeAnnotationSupport !== undefined,
      planChanges: params.initializationOptions?.planChanges === true,
      refreshesLenses: workspace?.codeLens?.refreshSupport === true,
    };
    offered = params.capabilities;
    return capabilities(host.version);
  });
  const plans = livePlans({ connection, documents, stacks }, host, grammar);
  const asking = { connection, documents, stacks, plans };
  const artifacts = new Artifacts({ ...asking, files: host.files, page, report });
  connection.onInitialized(() => {
    registerPlans(asking, offered).catch(report);
    artifacts.register(offered, roots).catch(report);
  });
  const parsed = new ParsedDocuments(grammar);
  const parseOpen = (document: TextDocument) => parsed.of(document);
  servePlans(asking, () => client);
  serveLenses(asking, parseOpen, artifacts);
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
  serveProblems(asking);
  serveState(asking, host.files);
  serveGraph(asking, async (text) => parse(await grammar, "", text));
  /** Of a document that is part of no stack, only what it says by itself can be wrong. */
  const checkAlone = async (document: TextDocument) => {
    const { uri, version } = document;
    const source = parse(await grammar, uri, document.getText());
    const diagnostics = toDiagnostics(
      syntaxProblems(source),
      { text: () => source.text, uri: () => uri, page },
      uri,
    );
    void connection.sendDiagnostics({ uri, version, diagnostics: diagnostics.map((d) => d.diagnostic) });
  };
  documents.onDidOpen(({ document: { uri } }) => {
    const folder = artifactAt(uri) ? undefined : stackOf(uri);
    if (folder !== undefined) stacks.renew(folder);
  });
  documents.onDidChangeContent(({ document }) => {
    if (artifactAt(document.uri)) return artifacts.documents.check(document);
    const folder = stackOf(document.uri);
    if (folder === undefined) checkAlone(document).catch(report);
    else stacks.touch(folder);
  });
  documents.onDidClose(({ document }) => {
    const { uri } = document;
    if (artifactAt(uri)) return artifacts.documents.forget(document);
    const folder = stackOf(uri);
    if (folder === undefined) connection.sendDiagnostics({ uri, diagnostics: [] }).catch(report);
    else if (documents.all().some((other) => stackOf(other.uri) === folder)) stacks.renew(folder);
    else stacks.forget(folder);
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    artifacts.filesChanged(changes.map(({ uri }) => uri));
    const folders = changes.map(({ uri }) => stackOf(uri)).filter((folder) => folder !== undefined);
    for (const folder of new Set(folders)) stacks.renew(folder, "known");
    for (const { uri } of changes) plans.touched(pathOf(uri) ?? "");
  });
  documents.listen(connection);
  connection.listen();
  return { renew: () => stacks.renewAll() };
}

function capabilities(version: string): InitializeResult {
  return {
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      ...lensCapabilities,
      ...planningCapabilities,
      ...changingCapabilities,
      ...writingCapabilities,
      ...hintCapabilities,
      ...navigatingCapabilities,
      ...renamingCapabilities,
      ...outliningCapabilities,
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

function isReadable(folder: string, reads: ServerHost["reads"], roots: readonly string[]): boolean {
  if (reads === "disk") return onDisk(folder);
  return roots.some((root) => folder === root || folder.startsWith(`${root}/`));
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
