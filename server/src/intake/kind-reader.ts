import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin, Span } from "../diagnostics/span.ts";
import type { Attribute, Block, Body, Label } from "../syntax/ast.ts";
import { constant, type FolderPlace } from "./constant.ts";
import { type FieldNames, type Fields, readFields } from "./fields.ts";
import type { Report } from "./scope.ts";
import { spanOf } from "./stack.ts";
import { boolType, listOf, stringType, type Type } from "./type.ts";
import type { Value } from "./value.ts";

/** Reads the parts of one `kind` block and collects what is wrong with them. */
export class KindReader {
  readonly origin: Origin;
  /** The block has syntax errors: nothing is called missing. */
  readonly broken: boolean;
  readonly problems: Diagnostic[] = [];
  readonly report: Report = (problem) => void this.problems.push(problem);

  readonly #place: FolderPlace;

  constructor(origin: Origin, broken: boolean, place: FolderPlace) {
    this.origin = origin;
    this.broken = broken;
    this.#place = place;
  }

  fields(body: Body, names: FieldNames, what: string): Fields {
    return readFields(body, this.origin, names, what, this.report);
  }

  /** The one label of a block inside the kind's. */
  label(block: Block, what: string): Label | undefined {
    const [label, extra] = block.labels;
    if (label && !extra) return label;
    if (label || !this.broken) {
      const message = `The ${what} blocks of a kind have one label, this one has ${block.labels.length || "none"}`;
      const span = spanOf(this.origin, extra ?? block.keyword);
      this.report(diagnostic("wrong-labels", message, { span, hint: `Write ${what} "NAME" { … }` }));
    }
    return undefined;
  }

  header(block: Block): Span {
    const last = block.labels.at(-1) ?? block.keyword;
    return { origin: this.origin, start: block.keyword.start, end: last.end };
  }

  /** Reports a label that cannot be one. */
  badLabel(label: Label, message: string, hint: string | undefined): void {
    this.report(diagnostic("wrong-labels", message, { span: spanOf(this.origin, label), hint }));
  }

  missing(block: Block, what: string, name: string, meant: ReadonlySet<string>, hint: string): void {
    if (this.broken || meant.has(name)) return;
    const span = this.header(block);
    this.report(diagnostic("missing-attribute", `This ${what} needs "${name}"`, { span, hint }));
  }

  refuse(attribute: Attribute, problem: string, hint?: string): void {
    const span = spanOf(this.origin, attribute.value);
    this.report(diagnostic("invalid-value", `${attribute.name.name}: ${problem}`, { span, hint }));
  }

  /** The value in its type; undefined, and reported, where it has none. */
  value(attribute: Attribute | undefined, type: Type): Value | undefined {
    if (!attribute || attribute.value.type === "missing") return undefined;
    const placed = { origin: this.origin, expression: attribute.value };
    return constant(placed, type, attribute.name.name, this.report, this.#place);
  }

  text(attribute: Attribute | undefined): string | undefined {
    const value = this.value(attribute, stringType);
    return value?.kind === "string" ? value.value : undefined;
  }

  flag(attribute: Attribute | undefined): boolean {
    const value = this.value(attribute, boolType);
    return value?.kind === "bool" && value.value;
  }

  texts(attribute: Attribute | undefined): string[] {
    const value = this.value(attribute, listOf(stringType));
    return value?.kind === "list" ? value.items.flatMap((i) => (i.kind === "string" ? [i.value] : [])) : [];
  }
}
