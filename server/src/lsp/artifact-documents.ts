import type { CodeLens, Hover, Range, Diagnostic as Wire } from "vscode-languageserver";
import { MarkupKind } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { type StepBlock, stepBlocks } from "../assembly/step-blocks.ts";
import { lineIndex } from "../diagnostics/line-index.ts";
import { artifactProblems } from "../forge/artifact-problems.ts";
import { toDiagnostics as artifactFaultDiagnostics } from "../forge/check/artifact.ts";
import { grantedTo, type LookAtScript, scriptOf } from "../forge/check/scripts.ts";
import { type Manifest, type ManifestArtifact, readManifest } from "../forge/manifest.ts";
import { artifactScope, type OpenProposal, openProposals } from "../forge/proposals/open.ts";
import type { ReadFiles } from "../host/ports.ts";
import { type BlockPlace, commands } from "../protocol.ts";
import { type ArtifactAddress, artifactAt } from "./artifact-address.ts";
import type { Asking } from "./ask.ts";
import { toDiagnostics } from "./convert.ts";
import { Places } from "./places.ts";
import { StackPlaces } from "./stack-places.ts";
import type { Seen } from "./stacks.ts";
import { uriOf } from "./uri.ts";

export interface ArtifactPorts extends Asking {
  readonly files: ReadFiles;
  /** The rules for scripts that need parsers; absent in a browser. */
  readonly lookAtScript: LookAtScript | undefined;
  /** The address of a code's documentation. */
  page(code: string): string;
  /** All that is wrong in a document. */
  tell(uri: string, diagnostics: readonly Wire[], version: number): void;
  /** A fault of ours; the server lives on. */
  report(error: unknown): void;
}

/** What is known of a stack whose artifacts are open, until something of it changes. */
interface Known {
  readonly manifest: Manifest | undefined;
  readonly seen: Seen | undefined;
  /** By step id; undefined where the stack's blocks are not known. */
  readonly blocks: ReadonlyMap<string, StepBlock> | undefined;
}

/** An artifact that is asked about. */
interface Asked {
  readonly address: ArtifactAddress;
  readonly entry: ManifestArtifact;
  readonly isEdited: boolean;
  /** That waits for a decision. */
  readonly proposal: OpenProposal | undefined;
  readonly place: BlockPlace | undefined;
}

/** Artifacts as documents: what is wrong in them while they are typed, and at their top where they come from. */
export class ArtifactDocuments {
  readonly #ports: ArtifactPorts;
  readonly #known = new Map<string, Promise<Known>>();

  constructor(ports: ArtifactPorts) {
    this.#ports = ports;
    ports.stacks.onAnalysed((folder) => this.#known.delete(folder));
  }

  /** Tells of the document's problems, unless it has been edited meanwhile. */
  async check(document: TextDocument): Promise<void> {
    const { uri, version } = document;
    const address = artifactAt(uri);
    if (!address) return;
    const { documents, tell } = this.#ports;
    const diagnostics = await this.#problems(document, address);
    if (documents.get(uri)?.version === version) tell(uri, diagnostics, version);
  }

  /** The document was closed. */
  forget({ uri }: TextDocument): void {
    const { documents } = this.#ports;
    const folder = artifactAt(uri)?.folder;
    const isLast = !documents
      .all()
      .some((other) => other.uri !== uri && artifactAt(other.uri)?.folder === folder);
    if (folder !== undefined && isLast) this.#known.delete(folder);
  }

  /** Something in a stack's folder is another thing now. */
  changed(folder: string): void {
    this.#known.delete(folder);
    for (const document of this.#ports.documents.all()) {
      if (artifactAt(document.uri)?.folder === folder) this.check(document).catch(this.#ports.report);
    }
  }

  async #problems(document: TextDocument, { folder, path }: ArtifactAddress) {
    const known = await this.#of(folder);
    const { manifest, blocks } = known;
    const text = document.getText();
    if (!manifest) return [];
    const problems = [
      ...artifactProblems(manifest, path, text, blocks && ((id) => blocks.has(id))),
      ...(await this.#scriptProblems(known, path, text)),
    ];
    const files = { lines: () => lineIndex(text), uri: () => document.uri, page: this.#ports.page };
    return toDiagnostics(problems, files, path).map(({ diagnostic }) => diagnostic);
  }

  /** By the rules that need parsers, where there are some. */
  async #scriptProblems({ manifest, seen, blocks }: Known, path: string, content: string) {
    const entry = manifest?.artifacts[path];
    const script = entry && scriptOf({ path, lang: entry.lang, content });
    const { lookAtScript } = this.#ports;
    if (!script || !lookAtScript) return [];
    const address = blocks?.get(entry.purpose)?.address;
    const granted =
      seen && address !== undefined ? grantedTo(seen.snapshot.ir, entry.purpose, address) : undefined;
    return artifactFaultDiagnostics(path, await lookAtScript(script, granted));
  }

  /** Over the first line: the block, who wrote what is there, and what can be done about it. */
  async lenses(document: TextDocument): Promise<CodeLens[]> {
    const asked = await this.#ask(document);
    if (!asked) return [];
    const { address, entry, isEdited, proposal, place } = asked;
    const folder = uriOf(address.folder);
    const artifact = { folder, path: address.path };
    const lens = (title: string, command = "", ...arguments_: object[]): CodeLens => ({
      range: top,
      command: { title, command, arguments: arguments_ },
    });
    return [
      ...(place ? [lens(entry.purpose, commands.openBlock, place)] : [lens(entry.purpose)]),
      lens(isEdited ? "edited by you, kept on rebuild" : `as ${writer(entry)} wrote it`),
      ...(isEdited ? [lens("Show what the compiler generated", commands.showGenerated, artifact)] : []),
      ...(proposal
        ? [lens("Review the proposal", commands.reviewProposal, { folder, id: proposal.proposal.id })]
        : []),
      ...(isEdited ? [lens("Regenerate", commands.regenerate, { folder, step: entry.purpose })] : []),
    ];
  }

  /** The same on the first line, for who asks. */
  async hover(document: TextDocument, line: number): Promise<Hover | null> {
    const asked = line === 0 ? await this.#ask(document) : undefined;
    if (!asked) return null;
    const { entry, isEdited, proposal, place } = asked;
    const block =
      place && ` of [its block](${place.uri}#L${place.range.start.line},${place.range.start.column})`;
    const lines = [
      `**${entry.purpose}**${block ?? ""}`,
      `Written by ${writer(entry)}${isEdited ? "; edited by you, which is kept on rebuild" : ""}.`,
      ...(proposal ? ["A proposal waits for your decision."] : []),
    ];
    return { contents: { kind: MarkupKind.Markdown, value: lines.join("\n\n") } };
  }

  /** Undefined for a file that the manifest does not speak of. */
  async #ask(document: TextDocument): Promise<Asked | undefined> {
    const address = artifactAt(document.uri);
    if (!address || address.isProposal) return undefined;
    const known = await this.#of(address.folder);
    const entry = known.manifest?.artifacts[address.path];
    if (!known.manifest || !entry) return undefined;
    const { value } = await openProposals(this.#ports.files, artifactScope(address.folder), known.manifest);
    const own = value.filter(({ proposal, stale }) => proposal.path === address.path && !stale);
    const block = known.blocks?.get(entry.purpose);
    return {
      address,
      entry,
      isEdited: document.getText() !== entry.base,
      proposal: own[0],
      place: block && known.seen && placeOf(known.seen, block, this.#ports),
    };
  }

  #of(folder: string): Promise<Known> {
    const known = this.#known.get(folder) ?? this.#look(folder);
    this.#known.set(folder, known);
    // What failed is tried again.
    known.catch(() => this.#known.delete(folder));
    return known;
  }

  async #look(folder: string): Promise<Known> {
    const { files, stacks } = this.#ports;
    const [manifest, seen] = await Promise.all([
      readManifest(files, artifactScope(folder).buildDir),
      stacks.in(folder),
    ]);
    return { manifest: manifest.value, seen, blocks: seen && stepBlocks(seen.snapshot.ir) };
  }
}

const top: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function writer({ origin: { compiler, version, model } }: ManifestArtifact): string {
  return model === undefined ? `${compiler} ${version}` : `${compiler} (${model})`;
}

/** Where a step's block stands now. */
export function placeOf(seen: Seen, { span }: StepBlock, asking: Asking): BlockPlace {
  const uris = new Places(seen, asking);
  const files = seen.snapshot.folders.flatMap((f) => f.files);
  return new StackPlaces(files, (file) => uris.uri(file)).of(span);
}
