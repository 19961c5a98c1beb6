/**
 * What is legal and still better said: names that nothing uses, forms that have a plainer one, secrets in plain text. One
 * pass over the text as written, whatever it evaluates to, and each chunk once.
 */
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Origin } from "../../diagnostics/span.ts";
import type { Block, BodyItem, Expression } from "../../syntax/ast.ts";
import type { Chunk, SourceFile } from "../../syntax/chunk.ts";
import type { Report } from "../scope.ts";
import type { Stack } from "../stack.ts";
import { deprecated } from "./deprecated.ts";
import { namesSecrets, secretByName, secretsByForm } from "./plain-secrets.ts";
import { type Chunked, type WrittenText, withFix } from "./secret-fixes.ts";
import { unusedNames } from "./unused.ts";
import { Uses, usedBy } from "./uses.ts";
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
}

/** What there is to say of one chunk. */
interface LintedChunk {
  readonly problems: readonly Diagnostic[];
  readonly uses: readonly string[];
}

/** Lints one folder of a stack, again after each edit. */
export class FolderLint {
  readonly #chunks = new WeakMap<Chunk, LintedChunk>();
  readonly #uses = new Uses((chunk) => this.#chunks.get(chunk)?.uses ?? []);

  lint({ stack, files, values, isModule, isWhole }: Linted, report: Report): void {
    for (const file of [...files, ...values]) this.#lintFile(file, report);
    this.#uses.update(files);
    if (!isWhole) return;
    const texts = new Map(files.map((f) => [f.file, f.text]));
    const given = new Set(values.flatMap((f) => f.chunks.flatMap((c) => c.items.map(nameOf))));
    const isGiven = (name: string) => isModule || given.has(name);
    for (const d of unusedNames(stack, this.#uses, isGiven, (file) => texts.get(file) ?? "")) report(d);
  }

  #lintFile({ chunks, text }: SourceFile, report: Report): void {
    for (const chunk of chunks) {
      let linted = this.#chunks.get(chunk);
      if (!linted) {
        linted = lintChunk(chunk, text);
        this.#chunks.set(chunk, linted);
      }
      for (const d of linted.problems) report(d);
    }
  }
}

/** Secrets alone, which are more than a hint. Most files name none, and are not looked through. */
export function lintSecrets(file: SourceFile, report: Report): void {
  const { text, chunks } = file;
  if (!namesSecrets(file)) {
    if (secretsByForm({ file: file.file, start: 0 }, text).length === 0) return;
  }
  for (const chunk of chunks)
    for (const d of lintChunk(chunk, text).problems) if (d.severity !== "hint") report(d);
}

const nameOf = (item: BodyItem): string => (item.type === "block" ? item.keyword.name : item.name.name);

/** `text` is the file's. */
function lintChunk({ origin, length, items }: Chunk, text: string): LintedChunk {
  const own = text.slice(origin.start, origin.start + length);
  const linter = new Linter(origin, own);
  for (const item of items) linter.item(item);
  const chunk: Chunked = { items, texts: linter.texts, text: own };
  const secrets = [
    ...secretsByForm(origin, own).map(({ what, problem }) => withFix(problem, what, chunk)),
    ...linter.secrets.map((problem) => withFix(problem, undefined, chunk)),
  ];
  return { problems: [...secrets, ...linter.problems], uses: [...linter.uses] };
}

class Linter implements Visitor {
  readonly problems: Diagnostic[] = [];
  readonly secrets: Diagnostic[] = [];
  readonly texts: WrittenText[] = [];
  readonly uses = new Set<string>();
  readonly #origin: Origin;
  readonly #text: string;
  readonly #names = new Map<Expression, string>();
  /** A variable's block does not use that variable. */
  #own: string | undefined;
  /** The keyword of the block at the top level. */
  #block = "";

  /** `text` is the chunk's. */
  constructor(origin: Origin, text: string) {
    this.#origin = origin;
    this.#text = text;
  }

  item(item: BodyItem): void {
    const name = nameOf(item);
    this.#block = item.type === "block" ? name : "";
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
    if (e.type === "template") this.texts.push({ expression: e, name: this.#names.get(e) });
    const used = usedBy(e, this.#own);
    if (used !== undefined) this.uses.add(used);
    const problem = deprecated(e, plain, this.#origin, this.#text);
    if (problem) this.problems.push(problem);
  }

  named(name: string, value: Expression): void {
    // Tokens are counted in the clockwork block, and a kind says how its scripts get secrets.
    // A variable's default is first told by the variable's own name.
    if (value.type === "template" && !this.#names.has(value)) this.#names.set(value, name);
    if (this.#block === "clockwork" || (this.#block === "kind" && name === "secrets")) return;
    const problem = secretByName(name, value, this.#origin);
    if (problem) this.secrets.push(problem);
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
