/**
 * The kinds that a stack defines itself: `kind` blocks become rows of the table that the built-in kinds stand in, so that
 * everything that reads the table knows them too. They are read before anything has a value, so all in them is constant.
 */
import { type Diagnostic, diagnostic, hasErrors } from "../diagnostics/diagnostic.ts";
import type { Origin, Span } from "../diagnostics/span.ts";
import type { Block, BodyItem, Label } from "../syntax/ast.ts";
import type { SourceFile } from "../syntax/chunk.ts";
import type { FolderPlace } from "./constant.ts";
import { readCapabilities } from "./kind-capabilities.ts";
import { readAttribute, readOutput, readScript } from "./kind-parts.ts";
import { KindReader } from "./kind-reader.ts";
import { builtinKinds, type Kinds, withKinds } from "./schema/known-kinds.ts";
import {
  type AttributeSchema,
  type KindSchema,
  type KindScript,
  type OutputSchema,
  type ScriptRole,
  scriptRoles,
} from "./schema/schema.ts";
import type { Report } from "./scope.ts";
import { spanOf } from "./stack.ts";
import type { StackFiles } from "./stack-files.ts";

/** What references begin with, and the types of blocks: a kind of that name could not be referred to, or would confuse. */
const reservedNames: ReadonlySet<string> = new Set(
  `var local module each count self path facts data terraform
  resource variable locals output verify clockwork kind moved removed provider`.split(/\s+/),
);

interface Found {
  readonly block: Block;
  readonly origin: Origin;
  readonly broken: boolean;
  readonly place: FolderPlace;
}

/**
 * The kinds of a stack: all its folders, by their paths, share them. `files` is what file functions read.
 */
export function readKinds(
  folders: ReadonlyMap<string, readonly SourceFile[]>,
  files?: StackFiles,
): { value: Kinds; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const blocks: Found[] = [];
  for (const [folder, sources] of folders) {
    for (const source of sources) addKindBlocks(source, { folder, files }, blocks);
  }
  const own = new Map<string, { readonly kind?: KindSchema; readonly span: Span }>();
  for (const found of blocks) {
    const label = readLabel(found, (d) => void diagnostics.push(d));
    if (!label) continue;
    const span = headerOf(found);
    const first = own.get(label.value);
    if (first) {
      diagnostics.push(second(label.value, span, first.span));
      continue;
    }
    const { kind, problems } = readKind(found, label.value, span);
    diagnostics.push(...problems);
    own.set(label.value, { span, ...(kind && { kind }) });
  }
  const kinds = [...own.values()].flatMap(({ kind }) => kind ?? []);
  const invalid = [...own].flatMap(([name, { kind }]) => (kind ? [] : [name]));
  return { value: withKinds(builtinKinds, kinds, new Set(invalid)), diagnostics };
}

function addKindBlocks({ chunks }: SourceFile, place: FolderPlace, found: Found[]): void {
  for (const { items, origin, diagnostics } of chunks) {
    for (const block of items) {
      if (block.type === "block" && block.keyword.name === "kind")
        found.push({ block, origin, broken: hasErrors(diagnostics), place });
    }
  }
}

function headerOf({ block, origin }: Found): Span {
  const last = block.labels.at(-1) ?? block.keyword;
  return { origin, start: block.keyword.start, end: last.end };
}

function second(name: string, span: Span, first: Span): Diagnostic {
  return diagnostic("duplicate-name", `There is a second kind "${name}"`, {
    span,
    related: [{ span: first, message: "the first one is here" }],
    hint: "Rename or remove one of them; all folders of a stack share their kinds.",
  });
}

/** The kind's name, if it is one. */
function readLabel({ block, origin, broken }: Found, report: Report): Label | undefined {
  const [label, extra] = block.labels;
  if (!label || extra) {
    // Half a header has been reported.
    if (label || !broken) {
      const message = `A kind block has one label, this one has ${block.labels.length || "none"}`;
      const span = spanOf(origin, extra ?? block.keyword);
      report(diagnostic("wrong-labels", message, { span, hint: 'Write kind "NAME" { … }' }));
    }
    return undefined;
  }
  const problem = nameProblem(label.value);
  if (problem)
    report(diagnostic(problem.code, problem.message, { span: spanOf(origin, label), hint: problem.hint }));
  return problem ? undefined : label;
}

/** Why a kind cannot be called so, in one sentence. */
export function kindNameProblem(name: string): string | undefined {
  const problem = nameProblem(name);
  return problem && `${problem.message}. ${problem.hint}`;
}

function nameProblem(name: string) {
  if (!/^[a-z][a-z0-9_]{0,39}$/.test(name)) {
    const message = `"${name}" is no name for a kind`;
    const hint = "It begins with a small letter and has small letters, digits and underscores, at most 40.";
    return { code: "wrong-labels", message, hint } as const;
  }
  const code = "reserved-name";
  if (builtinKinds.resources.has(name) || builtinKinds.verifies.has(name)) {
    return {
      code,
      message: `"${name}" is a kind that Clockwork has already`,
      hint: "Give yours another name.",
    } as const;
  }
  const step = [`ensure_${name}`, `remove_${name}`, `verify_${name}`].find((s) => builtinKinds.steps.has(s));
  const message = `A kind cannot be called "${name}"`;
  if (step) return { code, message, hint: `${step} is a step of Clockwork's own.` } as const;
  if (!reservedNames.has(name)) return undefined;
  return { code, message, hint: `"${name}" has a meaning of its own in the language.` } as const;
}

/** The parts of the body that have a label and may be there several times. */
const parts = ["attribute", "output", "script"] as const;

function readKind(
  { block, origin, broken, place }: Found,
  name: string,
  span: Span,
): { readonly kind?: KindSchema; readonly problems: readonly Diagnostic[] } {
  const reader = new KindReader(origin, broken, place);
  const isPart = (item: BodyItem) => item.type === "block" && parts.some((p) => p === item.keyword.name);
  const rest = { ...block.body, items: block.body.items.filter((item) => !isPart(item)) };
  const names = { attributes: ["description", "guide"], blocks: ["capabilities", ...parts] };
  const fields = reader.fields(rest, names, "A kind block");
  const labelled = (part: string) =>
    block.body.items.flatMap((i) => (i.type === "block" && i.keyword.name === part ? [i] : []));
  const attributes = unique(reader, labelled("attribute"), "attribute", readAttribute);
  const outputs = unique(reader, labelled("output"), "output", readOutput);
  const scripts = unique(reader, labelled("script"), "script", readScript);
  checkOverlap(reader, attributes, outputs);
  const description = reader.text(fields.attributes.get("description")) ?? "";
  const guide = reader.text(fields.attributes.get("guide"));
  const own = {
    scripts: byRole(scripts),
    ...(guide !== undefined && { guide }),
    capabilities: readCapabilities(reader, fields.blocks.get("capabilities")),
    span,
  };
  const { problems } = reader;
  if (broken || hasErrors(problems)) return { problems };
  const kind = {
    name,
    description,
    attributes: [...attributes.values()].map(({ value }) => value),
    outputs: [...outputs.values()].map(({ value }) => value),
    phase: "ensure" as const,
    claims: [],
    own,
    ...stepNames(name, own.scripts.ensure !== undefined && own.scripts.remove === undefined),
  };
  return { kind, problems };
}

/** `forgets`: there is nothing to run when a resource of the kind goes. Its removal's arguments come from the state. */
export function stepNames(name: string, forgets: boolean): Pick<KindSchema, "ensure" | "remove"> {
  return { ensure: `ensure_${name}`, ...(!forgets && { remove: { step: `remove_${name}`, args: [] } }) };
}

interface Part<T> {
  readonly value: T;
  readonly span: Span;
}

/** The blocks of one type by their labels; two of one label are a mistake. */
function unique<T>(
  reader: KindReader,
  blocks: readonly Block[],
  what: string,
  read: (reader: KindReader, block: Block, name: Label) => T | undefined,
): ReadonlyMap<string, Part<T>> {
  const found = new Map<string, Part<T>>();
  for (const block of blocks) {
    const label = reader.label(block, what);
    if (!label) continue;
    const span = reader.header(block);
    const first = found.get(label.value);
    if (first) {
      reader.report(
        diagnostic("duplicate-name", `There is a second ${what} "${label.value}"`, {
          span,
          related: [{ span: first.span, message: "the first one is here" }],
          hint: "Rename or remove one of them.",
        }),
      );
      continue;
    }
    const value = read(reader, block, label);
    if (value !== undefined) found.set(label.value, { value, span });
  }
  return found;
}

/** `KIND.NAME.x` and the script's CW_X must be one thing. */
function checkOverlap(
  reader: KindReader,
  attributes: ReadonlyMap<string, Part<AttributeSchema>>,
  outputs: ReadonlyMap<string, Part<OutputSchema>>,
): void {
  for (const [name, { span }] of outputs) {
    const attribute = attributes.get(name);
    if (!attribute) continue;
    reader.report(
      diagnostic("duplicate-name", `"${name}" is both an attribute and an output`, {
        span,
        related: [{ span: attribute.span, message: "the attribute is here" }],
        hint: "Rename one of them.",
      }),
    );
  }
}

function byRole(scripts: ReadonlyMap<string, Part<KindScript>>): {
  readonly [role in ScriptRole]?: KindScript;
} {
  return Object.fromEntries(
    scriptRoles.flatMap((role) => {
      const script = scripts.get(role);
      return script ? [[role, script.value] as const] : [];
    }),
  );
}
