/** `module` blocks: which folder one uses, and what it gives to the variables there. */
import { diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Attribute, Block, Expression } from "../syntax/ast.ts";
import { readRepeat } from "./repeat.ts";
import type { Report } from "./scope.ts";
import { type BlockDeclaration, type ModuleArgument, type ModuleDeclaration, spanOf } from "./stack.ts";

/** What a module block has beside the module's variables. */
const own: ReadonlySet<string> = new Set(["source", "count", "for_each", "depends_on"]);
/** What only modules from elsewhere have. */
const foreign: ReadonlySet<string> = new Set(["version", "providers"]);

export const rootFolder = ".";

/** `folder` is the one whose files the block stands in. */
export function readModule(declaration: BlockDeclaration, folder: string, report: Report): ModuleDeclaration {
  const { block, origin, name } = declaration;
  const repeat = readRepeat(block, origin, report);
  const attributes = new Map<string, Attribute>();
  for (const item of block.body.items) {
    const { name: what, ...at } = item.type === "block" ? item.keyword : item.name;
    const span = spanOf(origin, at);
    const first = attributes.get(what);
    if (item.type === "block") report(noBlocks(what, span));
    else if (first) report(twice(what, span, spanOf(origin, first.name)));
    else attributes.set(what, item);
  }
  const source = sourceFolder(attributes.get("source")?.value, folder);
  if ("problem" in source) reportSource(declaration, attributes.get("source"), source, report);
  const given = new Map<string, ModuleArgument>();
  for (const [what, { name: at, value }] of attributes) {
    if (own.has(what)) continue;
    const span = spanOf(origin, at);
    if (foreign.has(what)) report(notForeign(what, span));
    else given.set(what, { origin, expression: value, span });
  }
  const dependsOn = attributes.get("depends_on")?.value;
  return {
    ...declaration,
    address: `module.${name}`,
    ...("folder" in source && { folder: source.folder }),
    arguments: given,
    ...(repeat && { repeat }),
    ...(dependsOn && { dependsOn }),
  };
}

/** The folder that a module block in a folder uses; undefined where its source is none. */
export function folderOf(block: Block, folder: string): string | undefined {
  const source = block.body.items.find(
    (item): item is Attribute => item.type === "attribute" && item.name.name === "source",
  );
  const found = sourceFolder(source?.value, folder);
  return "folder" in found ? found.folder : undefined;
}

type Source =
  | { readonly folder: string }
  /** An empty problem has been reported by the parser. */
  | { readonly problem: string; readonly hint?: string };

const local = 'A source is a folder of this stack, such as "./network".';

function sourceFolder(source: Expression | undefined, from: string): Source {
  if (!source) return { problem: 'This module needs "source"', hint: local };
  if (source.type === "missing") return { problem: "" };
  const [part, ...more] = source.type === "template" ? source.parts : [];
  if (part?.type !== "literal" || more.length > 0)
    return { problem: "source is a text in quotes, without references", hint: local };
  const text = part.value;
  if (!/^\.\.?(\/|$)/.test(text))
    return { problem: `The source "${text}" is no folder of the stack`, hint: hintFor(text) };
  const steps = from === rootFolder ? [] : from.split("/");
  for (const step of text.split("/")) {
    if (step === "" || step === ".") continue;
    if (step !== "..") steps.push(step);
    else if (steps.pop() === undefined)
      return {
        problem: `The source "${text}" leads out of the stack's folder`,
        hint: "Everything a stack is made of lies in its folder: put a copy of the module there.",
      };
  }
  return { folder: steps.join("/") || rootFolder };
}

function hintFor(text: string): string {
  if (/^[\w-]+(\/[\w.-]+)*$/.test(text)) return `For the folder beside this file, write "./${text}".`;
  return text.startsWith("/")
    ? `A source is relative to the file's folder and inside the stack's. ${local}`
    : `Registries and repositories are no sources: put a copy of the module into the stack's folder. ${local}`;
}

function reportSource(
  { span, origin, broken }: BlockDeclaration,
  source: Attribute | undefined,
  { problem, hint }: Extract<Source, { problem: string }>,
  report: Report,
): void {
  if (problem === "" || (!source && broken)) return;
  const at = source ? spanOf(origin, source.value) : span;
  report(diagnostic(source ? "invalid-module" : "missing-attribute", problem, { span: at, hint }));
}

function noBlocks(name: string, span: Span) {
  return diagnostic("unexpected-block", `A module block has no block "${name}"`, {
    span,
    hint: `Values for the module's variables are attributes: ${name} = { … }`,
  });
}

function twice(name: string, span: Span, first: Span) {
  return diagnostic("duplicate-attribute", `"${name}" is set twice`, {
    span,
    related: [{ span: first, message: "the first time is here" }],
    hint: "Remove one of them.",
  });
}

function notForeign(name: string, span: Span) {
  return diagnostic("unknown-attribute", `A module block has no "${name}"`, {
    span,
    hint: "Modules are folders of the stack; they have the version of the stack and no providers. Remove it.",
  });
}

export const isModule = (item: {
  readonly type: string;
  readonly keyword?: { readonly name: string };
}): item is Block => item.type === "block" && item.keyword?.name === "module";
