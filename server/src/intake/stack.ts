/**
 * What a stack declares: the blocks of all its files by what they are, with everything that is wrong about them as
 * blocks (unknown types, bad labels, doubles). Knows nothing of values yet.
 */
import { type Diagnostic, diagnostic, hasErrors } from "../diagnostics/diagnostic.ts";
import type { Origin, Span } from "../diagnostics/span.ts";
import { nearest } from "../diagnostics/suggest.ts";
import type { Block, Expression, Label, Node } from "../syntax/ast.ts";
import type { Chunk, SourceFile } from "../syntax/chunk.ts";
import { asAttribute } from "./body-edits.ts";
import { readModule } from "./module-block.ts";
import { type Repeat, readRepeat } from "./repeat.ts";
import type { Kinds } from "./schema/known-kinds.ts";
import type { KindSchema } from "./schema/schema.ts";

/** An expression and the chunk it stands in. */
export interface Placed {
  readonly origin: Origin;
  readonly expression: Expression;
}

export interface BlockDeclaration {
  readonly block: Block;
  readonly origin: Origin;
  readonly name: string;
  /** The block's header. */
  readonly span: Span;
  /** It has syntax errors: what seems to be missing may be what could not be read. */
  readonly broken: boolean;
}

/** A `resource` or `verify` block. */
export interface NodeDeclaration extends BlockDeclaration {
  readonly address: string;
  readonly kind: KindSchema;
  readonly verify: boolean;
  readonly repeat?: Repeat;
}

/** A `module` block. */
export interface ModuleDeclaration extends BlockDeclaration {
  /** `module.net` */
  readonly address: string;
  /** The folder it uses, relative to the stack's; absent, and reported, where its source is none. */
  readonly folder?: string;
  /** Values for the module's variables, by name. */
  readonly arguments: ReadonlyMap<string, ModuleArgument>;
  readonly dependsOn?: Expression;
  readonly repeat?: Repeat;
}

export interface ModuleArgument extends Placed {
  /** Its name. */
  readonly span: Span;
}

export interface LocalDeclaration extends Placed {
  readonly name: string;
  readonly span: Span;
}

export interface Stack {
  readonly kinds: Kinds;
  readonly variables: ReadonlyMap<string, BlockDeclaration>;
  readonly locals: ReadonlyMap<string, LocalDeclaration>;
  /** By address. */
  readonly resources: ReadonlyMap<string, NodeDeclaration>;
  readonly verifies: ReadonlyMap<string, NodeDeclaration>;
  readonly outputs: ReadonlyMap<string, BlockDeclaration>;
  readonly modules: ReadonlyMap<string, ModuleDeclaration>;
  readonly moved: readonly BlockDeclaration[];
  readonly removed: readonly BlockDeclaration[];
  /** The `clockwork` block. */
  readonly settings: BlockDeclaration | undefined;
  /** Addresses of blocks whose kind is not known: references to them are no second problem. */
  readonly misfits: ReadonlySet<string>;
}

/** What module blocks have beside the module's variables. Source: Terraform's reserved variable names. */
export const reservedVariables: ReadonlySet<string> = new Set([
  "source",
  "version",
  "providers",
  "count",
  "for_each",
  "lifecycle",
  "depends_on",
  "locals",
]);
/** Names become file names, container names and environment variables. Source: the shortest limits of those. */
export const longestLabel = 100;
export const namePattern = /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u;
const blockTypes = [
  "resource",
  "variable",
  "locals",
  "output",
  "verify",
  "module",
  "clockwork",
  "kind",
  "moved",
  "removed",
] as const;
export const spanOf = (origin: Origin, node: Node): Span => ({ origin, start: node.start, end: node.end });

/** What blocks are by: each of its own names, except for `settings` and what has no name. */
interface Spaces {
  readonly variables: BlockDeclaration;
  readonly locals: LocalDeclaration;
  readonly resources: NodeDeclaration;
  readonly verifies: NodeDeclaration;
  readonly outputs: BlockDeclaration;
  readonly modules: ModuleDeclaration;
  readonly settings: BlockDeclaration;
  readonly moved: BlockDeclaration;
  readonly removed: BlockDeclaration;
}

type Entry = {
  [S in keyof Spaces]: { readonly space: S; readonly key: string; readonly declaration: Spaces[S] };
}[keyof Spaces];

/** What one chunk declares: it stays the same for as long as the chunk does. */
export interface Declared {
  readonly entries: readonly Entry[];
  readonly misfits: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** `folder` is where the files lie, relative to the stack's own; `known` keeps what chunks declare. */
export function collect(
  files: readonly SourceFile[],
  kinds: Kinds,
  folder: string,
  known: WeakMap<Chunk, Declared>,
): { value: Stack; diagnostics: Diagnostic[] } {
  const stack = new Collected(kinds);
  for (const { chunks } of files) {
    for (const chunk of chunks) {
      let declared = known.get(chunk);
      if (!declared) {
        declared = readChunk(chunk, kinds, folder);
        known.set(chunk, declared);
      }
      stack.add(declared);
    }
  }
  return { value: stack, diagnostics: stack.diagnostics };
}

function readChunk(chunk: Chunk, kinds: Kinds, folder: string): Declared {
  const reader = new ChunkReader(kinds, folder, hasErrors(chunk.diagnostics));
  for (const item of chunk.items) {
    if (item.type === "block") reader.block(item, chunk.origin);
    else reader.strayAttribute(item.name.name, spanOf(chunk.origin, item.name));
  }
  return reader;
}

class Collected implements Stack {
  readonly kinds: Kinds;
  readonly diagnostics: Diagnostic[] = [];
  readonly variables = new Map<string, BlockDeclaration>();
  readonly locals = new Map<string, LocalDeclaration>();
  readonly resources = new Map<string, NodeDeclaration>();
  readonly verifies = new Map<string, NodeDeclaration>();
  readonly outputs = new Map<string, BlockDeclaration>();
  readonly modules = new Map<string, ModuleDeclaration>();
  readonly moved: BlockDeclaration[] = [];
  readonly removed: BlockDeclaration[] = [];
  settings: BlockDeclaration | undefined;
  readonly misfits = new Set<string>();

  constructor(kinds: Kinds) {
    this.kinds = kinds;
  }

  add({ entries, misfits, diagnostics }: Declared): void {
    for (const d of diagnostics) this.diagnostics.push(d);
    for (const address of misfits) this.misfits.add(address);
    for (const entry of entries) this.#put(entry);
  }

  #put(entry: Entry): void {
    switch (entry.space) {
      case "moved":
      case "removed":
        this[entry.space].push(entry.declaration);
        return;
      case "settings":
        if (this.settings) this.#duplicate(entry, this.settings.span);
        this.settings ??= entry.declaration;
        return;
      default: {
        const names: Map<string, { readonly span: Span }> = this[entry.space];
        const first = names.get(entry.key);
        if (first) this.#duplicate(entry, first.span);
        else names.set(entry.key, entry.declaration);
      }
    }
  }

  #duplicate(entry: Entry, first: Span): void {
    this.diagnostics.push(
      diagnostic("duplicate-name", `There is a second ${whatIs(entry)}`, {
        span: entry.declaration.span,
        related: [{ span: first, message: "the first one is here" }],
        hint: "Rename or remove one of them.",
      }),
    );
  }
}

/** As a person calls it. */
function whatIs({ space, key, declaration }: Entry): string {
  switch (space) {
    case "resources":
      return `resource "${declaration.kind.name}" "${declaration.name}"`;
    case "verifies":
      return `verify "${declaration.kind.name}" "${declaration.name}"`;
    case "locals":
      return `local value "${key}"`;
    case "settings":
      return "clockwork block";
    default:
      return `${space.slice(0, -1)} "${key}"`;
  }
}

class ChunkReader implements Declared {
  readonly entries: Entry[] = [];
  readonly misfits: string[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly kinds: Kinds;
  readonly #folder: string;
  readonly #broken: boolean;

  constructor(kinds: Kinds, folder: string, broken: boolean) {
    this.kinds = kinds;
    this.#folder = folder;
    this.#broken = broken;
  }

  strayAttribute(name: string, span: Span): void {
    this.diagnostics.push(
      diagnostic("unknown-attribute", `"${name}" stands outside of any block`, {
        span,
        hint: "Put it into a block: locals { … } for a value of your own. Values of variables belong into a .cwvars file.",
      }),
    );
  }

  block(block: Block, origin: Origin): void {
    const keyword = block.keyword.name;
    switch (keyword) {
      case "resource":
        this.node(block, origin, false);
        return;
      case "verify":
        this.node(block, origin, true);
        return;
      case "variable":
        this.variable(block, origin);
        return;
      case "output":
        this.named(block, origin, "outputs");
        return;
      case "module":
        this.module(block, origin);
        return;
      case "locals":
        this.localBlock(block, origin);
        return;
      case "clockwork":
        this.settingsBlock(block, origin);
        return;
      case "moved":
      case "removed":
        if (!this.labels(block, origin, [])) return;
        this.entries.push({ space: keyword, key: "", declaration: this.#unnamed(block, origin) });
        return;
      case "kind":
        // Read before all others.
        return;
      default:
        this.unknownBlock(block, origin);
        return;
    }
  }

  unknownBlock(block: Block, origin: Origin): void {
    const keyword = block.keyword.name;
    const span = spanOf(origin, block.keyword);
    const near = nearest(keyword, blockTypes);
    const isKind = this.kinds.resources.has(keyword);
    this.diagnostics.push(
      diagnostic("unknown-block", `There is no block of type "${keyword}"`, {
        span,
        hint: isKind
          ? `${keyword} is a kind of resource: write resource "${keyword}" "NAME" { … }`
          : near
            ? `Did you mean "${near}"?`
            : `A file consists of these blocks: ${blockTypes.join(", ")}.`,
        fix: near && !isKind ? { title: `Change it to "${near}"`, edits: [{ span, text: near }] } : undefined,
      }),
    );
  }

  node(block: Block, origin: Origin, verify: boolean): void {
    const labels = this.labels(block, origin, ["kind", "name"]);
    if (!labels) return;
    const [kindLabel, nameLabel] = labels as [Label, Label];
    const kinds = verify ? this.kinds.verifies : this.kinds.resources;
    const address = `${verify ? "verify." : ""}${kindLabel.value}.${nameLabel.value}`;
    const kind = kinds.get(kindLabel.value);
    if (!kind) {
      this.misfits.push(address);
      // What is wrong with it is said where it is defined.
      if (!verify && this.kinds.invalid.has(kindLabel.value)) return;
      this.unknownKind(kindLabel, origin, verify);
      return;
    }
    const repeat = readRepeat(block, origin, (d) => void this.diagnostics.push(d));
    const declaration: NodeDeclaration = {
      block,
      origin,
      address,
      kind,
      verify,
      name: nameLabel.value,
      span: header(block, origin),
      broken: this.#broken,
      ...(repeat && { repeat }),
    };
    this.entries.push({ space: verify ? "verifies" : "resources", key: address, declaration });
  }

  unknownKind(label: Label, origin: Origin, verify: boolean): void {
    const kinds = [...(verify ? this.kinds.verifies : this.kinds.resources).keys()];
    const near = nearest(label.value, kinds);
    const span = spanOf(origin, label);
    const elsewhere = (verify ? this.kinds.resources : this.kinds.verifies).has(label.value);
    this.diagnostics.push(
      diagnostic(
        "unknown-kind",
        `There is no ${verify ? "check" : "kind of resource"} called "${label.value}"`,
        {
          span,
          hint: near
            ? `Did you mean "${near}"?`
            : elsewhere
              ? `It is a ${verify ? "kind of resource" : "check"}: write ${verify ? "resource" : "verify"} "${label.value}" "NAME" { … }`
              : `There are: ${kinds.join(", ")}.`,
          fix: near
            ? { title: `Change it to "${near}"`, edits: [{ span, text: label.quoted ? `"${near}"` : near }] }
            : undefined,
        },
      ),
    );
  }

  variable(block: Block, origin: Origin): void {
    this.named(block, origin, "variables");
    const [label] = block.labels;
    if (!label || !reservedVariables.has(label.value)) return;
    this.diagnostics.push(
      diagnostic("reserved-name", `A variable cannot be called "${label.value}"`, {
        span: spanOf(origin, label),
        hint: "In a module block that name has a meaning of its own.",
      }),
    );
  }

  named(block: Block, origin: Origin, space: "variables" | "outputs"): void {
    const label = this.labels(block, origin, ["name"])?.[0];
    if (!label) return;
    const declaration = {
      block,
      origin,
      name: label.value,
      span: header(block, origin),
      broken: this.#broken,
    };
    this.entries.push({ space, key: label.value, declaration });
  }

  module(block: Block, origin: Origin): void {
    const [label] = this.labels(block, origin, ["name"]) ?? [];
    if (!label) return;
    const declaration = {
      block,
      origin,
      name: label.value,
      span: header(block, origin),
      broken: this.#broken,
    };
    const report = (d: Diagnostic) => void this.diagnostics.push(d);
    const module = readModule(declaration, this.#folder, report);
    this.entries.push({ space: "modules", key: label.value, declaration: module });
  }

  localBlock(block: Block, origin: Origin): void {
    if (!this.labels(block, origin, [])) return;
    for (const item of block.body.items) {
      if (item.type === "block") {
        this.diagnostics.push(
          diagnostic(
            "unexpected-block",
            `A locals block holds values only, not "${item.keyword.name}" blocks`,
            {
              span: spanOf(origin, item.keyword),
              hint: `To make an object, write ${item.keyword.name} = { … }`,
              fix: asAttribute(item, origin),
            },
          ),
        );
        continue;
      }
      const span = spanOf(origin, item.name);
      const { name } = item.name;
      const declaration = { name, origin, expression: item.value, span };
      this.entries.push({ space: "locals", key: name, declaration });
    }
  }

  settingsBlock(block: Block, origin: Origin): void {
    if (!this.labels(block, origin, [])) return;
    this.entries.push({ space: "settings", key: "", declaration: this.#unnamed(block, origin) });
  }

  #unnamed(block: Block, origin: Origin): BlockDeclaration {
    return { block, origin, name: block.keyword.name, span: header(block, origin), broken: this.#broken };
  }

  /** The labels, if they are as many as wanted and all names. */
  labels(block: Block, origin: Origin, wanted: readonly string[]): readonly Label[] | undefined {
    const { labels, keyword } = block;
    // Half a header has been reported.
    if (this.#broken && labels.length < wanted.length) return undefined;
    if (labels.length !== wanted.length) {
      const form = [keyword.name, ...wanted.map((w) => `"${w.toUpperCase()}"`)].join(" ");
      const extra = labels[wanted.length];
      const count =
        wanted.length === 0 ? "no label" : wanted.length === 1 ? "one label" : `${wanted.length} labels`;
      this.diagnostics.push(
        diagnostic(
          "wrong-labels",
          `A ${keyword.name} block has ${count}, this one has ${labels.length === 0 ? "none" : labels.length}`,
          {
            span: spanOf(origin, extra ?? keyword),
            hint: `Write ${form} { … }`,
          },
        ),
      );
      return undefined;
    }
    const bad = labels.find((l) => !namePattern.test(l.value));
    if (bad) {
      this.diagnostics.push(
        diagnostic("wrong-labels", `"${bad.value}" is not a name`, {
          span: spanOf(origin, bad),
          hint: "A name begins with a letter or underscore and has letters, digits, underscores and hyphens.",
        }),
      );
      return undefined;
    }
    const long = labels.find((l) => l.value.length > longestLabel);
    if (long) {
      this.diagnostics.push(
        diagnostic(
          "wrong-labels",
          `A name has at most ${longestLabel} characters, this one ${long.value.length}`,
          {
            span: spanOf(origin, long),
          },
        ),
      );
      return undefined;
    }
    return labels;
  }
}

/** Keyword and labels. */
function header(block: Block, origin: Origin): Span {
  const last = block.labels.at(-1) ?? block.keyword;
  return { origin, start: block.keyword.start, end: last.end };
}
