/**
 * What is legal and still better said: names that nothing uses, forms that have a plainer one, secrets in plain text. One
 * pass over the text as written, whatever it evaluates to.
 */
import type { Origin } from "../../diagnostics/span.ts";
import type { Block, BodyItem, Expression } from "../../syntax/ast.ts";
import type { SourceFile } from "../../syntax/chunk.ts";
import type { Report } from "../scope.ts";
import type { Stack } from "../stack.ts";
import { deprecated } from "./deprecated.ts";
import { namesSecrets, secretByName, secretsByForm } from "./plain-secrets.ts";
import { Unused } from "./unused.ts";
import { type Visitor, walk, walkBody } from "./walk.ts";

export interface Linted {
  readonly stack: Stack;
  readonly files: readonly SourceFile[];
  /** The .cwvars files that were read for the stack. */
  readonly values: readonly SourceFile[];
  /** The values of its variables are given by module blocks. */
  readonly isModule: boolean;
  /** Nothing is wrong that could hide a use of a name. */
  readonly isWhole: boolean;
  /** Somebody wants to see the hints too. */
  readonly hints: boolean;
}

export function lint({ stack, files, values, isModule, isWhole, hints }: Linted, report: Report): void {
  if (!hints) {
    for (const file of [...files, ...values]) lintSecrets(file, report);
    return;
  }
  const unused = new Unused(stack);
  for (const file of files) lintFile(file, unused, report);
  for (const file of values) lintFile(file, undefined, report);
  if (!isWhole) return;
  const texts = new Map(files.map((f) => [f.file, f.text]));
  const given = new Set(values.flatMap((f) => f.chunks.flatMap((c) => c.items.map(nameOf))));
  for (const d of unused.problems(
    stack,
    (name) => isModule || given.has(name),
    (file) => texts.get(file) ?? "",
  ))
    report(d);
}

const nameOf = (item: BodyItem): string => (item.type === "block" ? item.keyword.name : item.name.name);

function lintFile(file: SourceFile, unused: Unused | undefined, report: Report): void {
  for (const d of secretsByForm(file)) report(d);
  const linter = new Linter(file.text, unused, report);
  for (const chunk of file.chunks) for (const item of chunk.items) linter.item(item, chunk.origin);
}

/** Secrets alone, which are more than a hint. Most files name none, and are not looked through. */
function lintSecrets(file: SourceFile, report: Report): void {
  if (namesSecrets(file)) lintFile(file, undefined, (d) => d.severity !== "hint" && report(d));
  else for (const d of secretsByForm(file)) report(d);
}

class Linter implements Visitor {
  readonly #text: string;
  readonly #unused: Unused | undefined;
  readonly #report: Report;
  #origin: Origin = { file: "", start: 0 };
  /** A variable's block does not use that variable. */
  #own: string | undefined;
  /** In the clockwork block, where tokens are counted. */
  #inSettings = false;

  constructor(text: string, unused: Unused | undefined, report: Report) {
    this.#text = text;
    this.#unused = unused;
    this.#report = report;
  }

  item(item: BodyItem, origin: Origin): void {
    const name = nameOf(item);
    this.#origin = origin;
    this.#inSettings = name === "clockwork";
    this.#own = undefined;
    if (item.type === "attribute") {
      this.named(name, item.value);
      walk(item.value, this, true);
    } else {
      const own = ownValue(item);
      if (own) this.named(own.name, own.value);
      if (name === "variable") this.#own = item.labels[0]?.value;
      walkBody(item.body, this);
    }
  }

  expression(e: Expression, plain: boolean): void {
    this.#unused?.see(e, this.#own);
    const problem = deprecated(e, plain, this.#origin, this.#text);
    if (problem) this.#report(problem);
  }

  named(name: string, value: Expression): void {
    const problem = this.#inSettings ? undefined : secretByName(name, value, this.#origin);
    if (problem) this.#report(problem);
  }
}

/** What a block with a name of its own gives to that name. */
function ownValue({ keyword, labels, body }: Block): { name: string; value: Expression } | undefined {
  if (keyword.name !== "variable" && keyword.name !== "output") return undefined;
  const attribute = keyword.name === "variable" ? "default" : "value";
  const [label] = labels;
  const found = body.items.find((i) => nameOf(i) === attribute);
  return label && found?.type === "attribute" ? { name: label.value, value: found.value } : undefined;
}
