/**
 * How the editor learns of problems. A client that can ask for them (pull) asks, and is told when to ask again; every other
 * one is sent them (push). No client gets both, or each problem would show twice.
 */
import {
  type CancellationToken,
  type ClientCapabilities,
  type Connection,
  DiagnosticRefreshRequest,
  DocumentDiagnosticReportKind,
  type FullDocumentDiagnosticReport,
  type RelatedFullDocumentDiagnosticReport,
  type RelatedUnchangedDocumentDiagnosticReport,
  type ServerCapabilities,
  type TextDocuments,
  type Diagnostic as Wire,
  type WorkspaceDiagnosticReport,
  type WorkspaceDocumentDiagnosticReport,
} from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { artifactAt } from "./artifact-address.ts";
import { guarded } from "./ask.ts";

export interface ReportingPorts {
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  /** Waits until all that was known of a document's text has been told. */
  settled(uri: string): Promise<void>;
  /** The same of all documents. */
  allSettled(): Promise<void>;
  /** A fault of ours; the server lives on. */
  report(error: unknown): void;
}

/** What is known of a document. */
interface List {
  readonly items: readonly Wire[];
  /** The protocol's `resultId`. */
  readonly id: string;
}

/** A client that is told of changes of all documents for as long as it asks. */
interface Follower {
  /** What it has been told, by address. */
  readonly told: Map<string, string>;
  tell(report: WorkspaceDiagnosticReport): void;
}

/** A client may keep an id for longer than this process lives. */
const session = performance.timeOrigin.toString(36);
const nothing: List = { items: [], id: "none" };
/** What a client holds of which it is not known what it is. */
const unknownId = "";

/** Answers of a client that asks. */
export function serveReports({ connection }: Pick<ReportingPorts, "connection">, reports: Reports): void {
  const { diagnostics } = connection.languages;
  diagnostics.on(
    guarded({ connection }, ({ textDocument, previousResultId }) =>
      reports.of(textDocument.uri, previousResultId),
    ),
  );
  diagnostics.onWorkspace((params, token, _, progress) => {
    const tell = progress && ((report: WorkspaceDiagnosticReport) => progress.report(report));
    return guarded({ connection }, () => reports.all(params.previousResultIds, token, tell))(params, token);
  });
}

export class Reports {
  readonly #ports: ReportingPorts;
  #pulls = false;
  #refreshes = false;
  #takesRelated = false;
  /** By address; those without problems are missing. */
  readonly #lists = new Map<string, List>();
  #made = 0;
  /** Open documents that the client asks about, with the version it asked of last. */
  readonly #asked = new Map<string, number>();
  /** Ids of what was told of other documents beside one that was asked about. */
  readonly #related = new Map<string, string>();
  readonly #followers = new Set<Follower>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isRefreshDue = false;

  constructor(ports: ReportingPorts) {
    this.#ports = ports;
  }

  /** Whether the client asks. */
  get pulls(): boolean {
    return this.#pulls;
  }

  /** Once, before anything is told. */
  offer({ textDocument, workspace }: ClientCapabilities): ServerCapabilities {
    this.#pulls = textDocument?.diagnostic !== undefined;
    this.#takesRelated = textDocument?.diagnostic?.relatedDocumentSupport === true;
    this.#refreshes = workspace?.diagnostics?.refreshSupport === true;
    return this.#pulls
      ? { diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: true } }
      : {};
  }

  /** All that is wrong in a document. */
  tell(uri: string, diagnostics: readonly Wire[], version?: number): void {
    if (!this.#pulls) {
      const list = { uri, diagnostics: [...diagnostics], ...(version !== undefined && { version }) };
      this.#ports.connection.sendDiagnostics(list).catch(this.#ports.report);
      return;
    }
    const before = this.#lists.get(uri) ?? nothing;
    if (isSame(before.items, diagnostics)) return;
    if (diagnostics.length === 0) this.#lists.delete(uri);
    else this.#lists.set(uri, { items: diagnostics, id: `${session}-${++this.#made}` });
    // Of a text that the client has not asked about yet it is about to ask by itself.
    const asked = this.#asked.get(uri);
    this.#isRefreshDue ||= asked !== undefined && asked === this.#ports.documents.get(uri)?.version;
    this.#soon();
  }

  /** The document was closed: the client asks about it no longer, and what it holds of it is not known. */
  forget(uri: string): void {
    if (!this.#asked.delete(uri)) return;
    for (const { told } of this.#followers) told.set(uri, unknownId);
    this.#soon();
  }

  async of(
    uri: string,
    held: string | undefined,
  ): Promise<RelatedFullDocumentDiagnosticReport | RelatedUnchangedDocumentDiagnosticReport> {
    await this.#ports.settled(uri);
    const document = this.#ports.documents.get(uri);
    if (document) this.#asked.set(uri, document.version);
    const { id, items } = this.#lists.get(uri) ?? nothing;
    const related = this.#takesRelated ? this.#relatedTo(uri) : {};
    return id === held
      ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId: id, ...related }
      : { kind: DocumentDiagnosticReportKind.Full, resultId: id, items: [...items], ...related };
  }

  /** What has changed of documents that nobody has open. */
  #relatedTo(asked: string): { relatedDocuments?: Record<string, FullDocumentDiagnosticReport> } {
    const changed: Record<string, FullDocumentDiagnosticReport> = {};
    for (const uri of new Set([...this.#lists.keys(), ...this.#related.keys()])) {
      const { id, items } = this.#lists.get(uri) ?? nothing;
      if (uri === asked || this.#ports.documents.get(uri) || this.#related.get(uri) === id) continue;
      if (id === nothing.id) this.#related.delete(uri);
      else this.#related.set(uri, id);
      changed[uri] = { kind: DocumentDiagnosticReportKind.Full, resultId: id, items: [...items] };
    }
    return Object.keys(changed).length > 0 ? { relatedDocuments: changed } : {};
  }

  /**
   * All documents that have problems or had some. With `tell` it is told of every change from then on, until it is cancelled;
   * without, all is in the answer.
   */
  async all(
    held: readonly { readonly uri: string; readonly value: string }[],
    token: CancellationToken,
    tell: ((report: WorkspaceDiagnosticReport) => void) | undefined,
  ): Promise<WorkspaceDiagnosticReport> {
    const told = new Map(held.map(({ uri, value }) => [uri, value]));
    if (!tell) {
      await this.#ports.allSettled();
      const same = held.filter(({ uri, value }) => (this.#lists.get(uri) ?? nothing).id === value);
      const unchanged = same.map(
        ({ uri, value }): WorkspaceDocumentDiagnosticReport => ({
          kind: DocumentDiagnosticReportKind.Unchanged,
          uri,
          version: this.#version(uri),
          resultId: value,
        }),
      );
      return { items: [...this.#since(told), ...unchanged] };
    }
    const follower: Follower = { told, tell };
    this.#followers.add(follower);
    this.#soon();
    return new Promise((resolve) => {
      token.onCancellationRequested(() => {
        this.#followers.delete(follower);
        resolve({ items: [] });
      });
    });
  }

  /** What is another list than was told; from then on it has been told. */
  #since(
    told: Map<string, string>,
    isWanted = (_: string): boolean => true,
  ): WorkspaceDocumentDiagnosticReport[] {
    const changed: WorkspaceDocumentDiagnosticReport[] = [];
    for (const uri of new Set([...this.#lists.keys(), ...told.keys()])) {
      const { id, items } = this.#lists.get(uri) ?? nothing;
      if (told.get(uri) === id || !isWanted(uri)) continue;
      told.set(uri, id);
      const version = this.#version(uri);
      changed.push({
        kind: DocumentDiagnosticReportKind.Full,
        uri,
        version,
        resultId: id,
        items: [...items],
      });
    }
    return changed;
  }

  #version(uri: string): number | null {
    return this.#ports.documents.get(uri)?.version ?? null;
  }

  /** In a moment, so that several changes are told together, and after the answers to what the client has asked. */
  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#announce();
    });
  }

  #announce(): void {
    const { connection, report } = this.#ports;
    for (const { told, tell } of this.#followers) {
      // Documents that are asked about need no telling; artifacts are, by their own registration.
      const items = this.#since(told, (uri) => !this.#asked.has(uri) && !artifactAt(uri));
      if (items.length > 0) tell({ items });
    }
    if (this.#isRefreshDue && this.#refreshes)
      connection.sendRequest(DiagnosticRefreshRequest.type).catch(report);
    this.#isRefreshDue = false;
  }
}

const isSame = (a: readonly Wire[], b: readonly Wire[]): boolean =>
  a === b || (a.length === b.length && JSON.stringify(a) === JSON.stringify(b));
