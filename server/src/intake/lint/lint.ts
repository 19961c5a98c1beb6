/**
 * What is legal and still better said: names that nothing uses, forms that have a plainer one, secrets in plain text. One
 * pass over the text as written, whatever it evaluates to.
 */
import type { Origin } from "../../diagnostics/span.ts";
import type { Block, BodyItem, Expression } from "../../syntax/ast.ts";
import type { Chunk, SourceFile } from "../../syntax/chunk.ts";
import type { Report } from "../scope.ts";
import type { Stack } from "../stack.ts";
import { deprecated } from "./deprecated.ts";
import { secretByName, secretsByForm } from "./plain-secrets.ts";
import { Unused } from "./unused.ts";
import { type Visitor, walk, walkBody } from "./walk.ts";

export interface Linted {
  readonly stack: Stack;
  readonly files: readonly SourceFile[];
  /** The .cwvars files that were read for the stack. */
  readonly values: readonly SourceFile[];
  /** Nothing is wrong that could hide a use of a name. */
  readonly isWhole: boolean;
}

export function lint({ stack, files, values, isWhole }: Linted, report: Report): void {
  const unused = new Unused(stack);
  for (const file of files) lintFile(file, unused, report);
  for (const file of values) lintFile(file, undefined, report);
  if (!isWhole) return;
  const texts = new Map(files.map((f) => [f.file, f.text]));
  const given = new Set(values.flatMap((f) => f.chunks.flatMap((c) => c.items.map(nameOf))));
  for (const d of unused.problems(stack, given, (file) => texts.get(file) ?? "")) report(d);
}

const nameOf = (item: BodyItem): string => (item.type === "block" ? item.keyword.name : item.name.name);

function lintFile(file: SourceFile, unused: Unused | undefined, report: Report): void {
  for (const d of secretsByForm(file)) report(d);
  for (const chunk of file.chunks) {
    for (const item of chunk.items) lintItem(item, new Linter(file, chunk, item, unused, report));
  }
}

function lintItem(item: BodyItem, linter: Linter): void {
  if (item.type === "attribute") {
    linter.named(item.name.name, item.value);
    walk(item.value, linter, true);
  } else {
    const own = ownValue(item);
    if (own) linter.named(own.name, own.value);
    walkBody(item.body, linter);
  }
}

class Linter implements Visitor {
  readonly #origin: Origin;
  readonly #text: string;
  readonly #unused: Unused | undefined;
  readonly #report: Report;
  /** A variable's block does not use that variable. */
  readonly #own: string | undefined;
  /** Of the clockwork block, where tokens are counted. */
  readonly #settings: boolean;

  constructor(file: SourceFile, chunk: Chunk, item: BodyItem, unused: Unused | undefined, report: Report) {
    this.#origin = chunk.origin;
    this.#text = file.text.slice(chunk.origin.start, chunk.origin.start + chunk.length);
    this.#unused = unused;
    this.#report = report;
    this.#settings = nameOf(item) === "clockwork";
    this.#own = nameOf(item) === "variable" && item.type === "block" ? item.labels[0]?.value : undefined;
  }

  expression(e: Expression, plain: boolean): void {
    this.#unused?.see(e, this.#own);
    const problem = deprecated(e, plain, this.#origin, this.#text);
    if (problem) this.#report(problem);
  }

  named(name: string, value: Expression): void {
    if (this.#settings) return;
    const problem = secretByName(name, value, this.#origin);
    if (problem) this.#report(problem);
  }
}

/** What a block with a name of its own gives to that name. */
function ownValue({ keyword, labels, body }: Block): { name: string; value: Expression } | undefined {
  const attribute = { variable: "default", output: "value" }[keyword.name];
  const [label] = labels;
  const found = attribute === undefined ? undefined : body.items.find((i) => nameOf(i) === attribute);
  return label && found?.type === "attribute" ? { name: label.value, value: found.value } : undefined;
}
