/** What clients show of artifacts and proposals: lists with where each comes from, the compiler's texts, and lenses over the blocks. */
import {
  BulkRegistration,
  type ClientCapabilities,
  type CodeLens,
  CodeLensRefreshRequest,
  CodeLensRequest,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  type DocumentSelector,
  HoverRequest,
  TextDocumentSyncKind,
} from "vscode-languageserver";
import { stepBlocks } from "../assembly/step-blocks.ts";
import { manifestPath, readManifest } from "../forge/manifest.ts";
import { artifactScope, openProposals, proposalRecord } from "../forge/proposals/open.ts";
import { provenance } from "../forge/provenance.ts";
import {
  type ArtifactBaseParams,
  type ArtifactItem,
  type ArtifactRecord,
  commands,
  notifications,
  type PlanParams,
  type ProposalItem,
  proposalScheme,
  requests,
} from "../protocol.ts";
import { artifactFolder } from "./artifact-address.ts";
import { ArtifactDocuments, type ArtifactPorts } from "./artifact-documents.ts";
import { ask, guarded } from "./ask.ts";
import { StackPlaces } from "./stack-places.ts";
import { pathOf, uriOf } from "./uri.ts";

/** Time without a change of files before the client is told, in milliseconds: a build writes many. */
const quietMs = 100;

/** A larger manifest is read when somebody asks for its artifacts, not for every lens: it takes a good part of a second. */
const maxLensManifestBytes = 8 * 1024 * 1024;

/**
 * Which documents are artifacts: of any language, and nothing but what is registered is done for them. Documents of other
 * schemes have the same paths, such as an earlier version that the editor shows.
 */
function artifactSelector(roots: readonly string[]): DocumentSelector {
  const schemes = new Set(["file", ...roots.map((root) => uriOf(root).split(":", 1)[0] ?? "file")]);
  return [
    ...[...schemes].map((scheme) => ({ scheme, pattern: "**/.clockwork/build/{scripts,files}/**" })),
    { scheme: proposalScheme },
  ];
}

export class Artifacts {
  readonly documents: ArtifactDocuments;
  readonly #ports: ArtifactPorts;
  /** By the stack's folder, until a file changes. */
  readonly #records = new Map<string, Promise<readonly ArtifactRecord[]>>();
  #refreshesLenses = false;
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(ports: ArtifactPorts) {
    this.#ports = ports;
    this.documents = new ArtifactDocuments(ports);
    const { connection } = ports;
    connection.onRequest(
      requests.artifacts,
      guarded(ports, ({ folder }: PlanParams) => this.#items(folder)),
    );
    connection.onRequest(
      requests.artifactBase,
      guarded(ports, ({ folder, path }: ArtifactBaseParams) => this.#base(folder, path)),
    );
    connection.onRequest(
      requests.proposals,
      guarded(ports, ({ folder }: PlanParams) => this.#proposals(folder)),
    );
  }

  /**
   * Asks the client to open artifacts here too, for their problems, lenses and hovers: those that let a server do so.
   *
   * @param roots paths of the folders of the workspace
   * @param pulls whether the client asks for problems
   */
  async register(
    { textDocument, workspace }: ClientCapabilities,
    roots: readonly string[],
    pulls: boolean,
  ): Promise<void> {
    const { client } = this.#ports.connection;
    this.#refreshesLenses = workspace?.codeLens?.refreshSupport === true;
    const { synchronization, codeLens, hover } = textDocument ?? {};
    if (![synchronization, codeLens, hover].every((feature) => feature?.dynamicRegistration)) return;
    const own = { documentSelector: artifactSelector(roots) };
    const all = BulkRegistration.create();
    all.add(DidOpenTextDocumentNotification.type, own);
    all.add(DidChangeTextDocumentNotification.type, { ...own, syncKind: TextDocumentSyncKind.Incremental });
    all.add(DidCloseTextDocumentNotification.type, own);
    all.add(HoverRequest.type, own);
    all.add(CodeLensRequest.type, own);
    if (pulls && textDocument?.diagnostic?.dynamicRegistration)
      all.add(DocumentDiagnosticRequest.type, {
        ...own,
        interFileDependencies: true,
        workspaceDiagnostics: false,
      });
    await client.register(all);
  }

  /** Files were changed, by whomever. */
  filesChanged(uris: readonly string[]): void {
    for (const uri of uris) {
      const folder = artifactFolder(uri);
      if (folder === undefined) continue;
      this.#records.delete(folder);
      clearTimeout(this.#timers.get(folder));
      this.#timers.set(
        folder,
        setTimeout(() => this.#tell(folder), quietMs),
      );
    }
  }

  #tell(folder: string): void {
    this.#timers.delete(folder);
    this.documents.changed(folder);
    const { connection, report } = this.#ports;
    const params: PlanParams = { folder: uriOf(folder) };
    connection.sendNotification(notifications.artifactsChanged, params).catch(report);
    if (this.#refreshesLenses) connection.sendRequest(CodeLensRefreshRequest.type).catch(report);
  }

  async #items(folder: string): Promise<readonly ArtifactItem[]> {
    const path = pathOf(folder);
    if (path === undefined) return [];
    // Who asks has a reason to, and a client may watch no files.
    this.#records.delete(path);
    const records = await this.#of(path);
    return records.map((record) => ({
      ...record,
      uri: uriOf(`${artifactScope(path).buildDir}/${record.path}`),
    }));
  }

  async #base(folder: string, path: string): Promise<string | null> {
    const at = pathOf(folder);
    if (at === undefined) return null;
    const { value } = await readManifest(this.#ports.files, artifactScope(at).buildDir);
    return value?.artifacts[path]?.base ?? null;
  }

  async #proposals(folder: string): Promise<readonly ProposalItem[]> {
    const path = pathOf(folder);
    if (path === undefined) return [];
    const scope = artifactScope(path);
    const { value } = await openProposals(this.#ports.files, scope);
    return value.map((open) => ({
      ...proposalRecord(open),
      uri: uriOf(`${scope.buildDir}/${open.proposal.path}`),
    }));
  }

  /** Over each block of a file that has artifacts: their names, and whether a person changed them. */
  async lenses(uri: string): Promise<CodeLens[]> {
    const asked = await ask(this.#ports, uri, "latest");
    if (!asked) return [];
    const { snapshot, folder, file } = asked;
    const records = await this.#small(folder);
    if (records.length === 0) return [];
    const blocks = stepBlocks(snapshot.ir);
    const source = snapshot.folders.flatMap((f) => f.files).filter((f) => f.file === file);
    const places = new StackPlaces(source, () => uri);
    const byBlock = new Map<number, ArtifactRecord[]>();
    for (const record of records) {
      const span = blocks.get(record.step)?.span;
      if (span?.origin.file !== file) continue;
      const start = span.origin.start + span.start;
      byBlock.set(start, [...(byBlock.get(start) ?? []), record]);
    }
    return [...byBlock.values()].flatMap((own) => {
      const span = own[0] && blocks.get(own[0].step)?.span;
      if (!span) return [];
      const { start } = places.of(span).range;
      const at = { line: start.line - 1, character: start.column - 1 };
      const target = { folder: uriOf(folder), steps: [...new Set(own.map(({ step }) => step))] };
      const command = { title: title(own), command: commands.openArtifact, arguments: [target] };
      return [{ range: { start: at, end: at }, command }];
    });
  }

  async #small(folder: string): Promise<readonly ArtifactRecord[]> {
    const stat = await this.#ports.files.stat(manifestPath(artifactScope(folder).buildDir));
    return stat && stat.size <= maxLensManifestBytes ? this.#of(folder) : [];
  }

  #of(folder: string): Promise<readonly ArtifactRecord[]> {
    const known = this.#records.get(folder) ?? this.#read(folder);
    this.#records.set(folder, known);
    known.catch(() => this.#records.delete(folder));
    return known;
  }

  async #read(folder: string): Promise<readonly ArtifactRecord[]> {
    const { value } = await provenance(this.#ports.files, artifactScope(folder));
    return value ?? [];
  }
}

function title(artifacts: readonly ArtifactRecord[]): string {
  const [first, ...more] = artifacts;
  if (first && more.length === 0) {
    const name = first.path.slice(first.path.lastIndexOf("/") + 1);
    return first.state === "generated" ? name : `${name} (${first.state})`;
  }
  const edited = artifacts.filter(({ state }) => state !== "generated").length;
  return edited === 0 ? `${artifacts.length} artifacts` : `${artifacts.length} artifacts (${edited} edited)`;
}
