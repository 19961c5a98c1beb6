/**
 * Values as YAML text, byte for byte as Terraform's yamlencode writes it: strings quoted, texts of several lines as literal
 * blocks, lists not indented inside maps. Source of the rules: libyaml's emitter, a port of which Terraform uses.
 */
import { formatNumber } from "../number.ts";
import type { Value } from "../value.ts";

/** Lines are folded at the first single space behind this column. */
const bestWidth = 80;
/** In bytes of UTF-8; a longer key gets a line of its own, behind `? `. */
const longestKey = 128;

/** Throws an Error for anything unknown. */
export function encodeYaml(value: Value): string {
  const writer = new Writer();
  writer.node(value, 0, "root");
  return writer.finish(isPlain(value));
}

/** Where a node stands: what a list inside it is indented by, and whether a collection begins on the same line. */
type Place = "root" | "item" | "value";

class Writer {
  #text = "";
  /** In characters, as libyaml counts. */
  #column = 0;

  /** A plain document of one scalar has to say where it ends. */
  finish(plain: boolean): string {
    if (this.#column > 0) this.#text += "\n";
    return plain ? `${this.#text}...\n` : this.#text;
  }

  /** The cursor stands behind what leads to the node, without a space; `indent` is the column of a collection's items. */
  node(value: Value, indent: number, place: Place): void {
    switch (value.kind) {
      case "tuple":
      case "list":
      case "set":
        if (value.items.length === 0) this.#word("[]");
        else this.#sequence(value.items, indent, place);
        return;
      case "object":
      case "map":
        if (value.fields.size === 0) this.#word("{}");
        else this.#mapping(value.fields, indent, place);
        return;
      default:
        this.#scalar(value, indent);
    }
  }

  #sequence(items: readonly Value[], indent: number, place: Place): void {
    for (const [i, item] of items.entries()) {
      this.#startItem(i, indent, place);
      this.#put("-");
      this.node(item, indent + 2, "item");
    }
  }

  #mapping(fields: ReadonlyMap<string, Value>, indent: number, place: Place): void {
    let i = 0;
    for (const [key, value] of fields) {
      this.#startItem(i++, indent, place);
      if (isSimpleKey(key)) {
        this.#quoted(key, undefined);
        this.#put(":");
        // A list in a map is not indented.
        this.node(value, isSequence(value) ? indent : indent + 2, "value");
      } else {
        this.#put("?");
        this.#string(key, indent + 2);
        this.#newline(indent);
        this.#put(":");
        this.node(value, indent + 2, "item");
      }
    }
  }

  /** The first item of a collection inside a list stands behind the dash. */
  #startItem(i: number, indent: number, place: Place): void {
    if (i === 0 && place === "item") this.#put(" ");
    else if (i > 0 || place === "value") this.#newline(indent);
  }

  #scalar(value: Value, indent: number): void {
    switch (value.kind) {
      case "null":
        this.#word("null");
        return;
      case "bool":
        this.#word(value.value ? "true" : "false");
        return;
      case "number":
        this.#word(formatNumber(value.value));
        return;
      case "string":
        this.#string(value.value, indent === 0 ? 2 : indent);
        return;
      default:
        throw new Error(`a value of kind ${value.kind} has no YAML`);
    }
  }

  #string(text: string, indent: number): void {
    this.#space();
    if (text.includes("\n") && fitsBlock(text)) this.#literal(text, indent);
    else this.#quoted(text, indent);
  }

  /** A word that needs no quotes. */
  #word(word: string): void {
    this.#space();
    this.#put(word);
  }

  #space(): void {
    if (this.#column > 0) this.#put(" ");
  }

  #literal(text: string, indent: number): void {
    const points = Array.from(text);
    this.#put(`|${isSpaceOrBreak(points[0]) ? "2" : ""}${chomping(points)}\n`);
    let lineStart = true;
    for (const point of points) {
      if (lineStart && !isBreak(point)) this.#put(" ".repeat(indent));
      this.#put(point);
      lineStart = isBreak(point);
    }
    this.#column = lineStart ? 0 : indent + 1;
  }

  /** Without an indentation the text stays on one line. */
  #quoted(text: string, indent: number | undefined): void {
    const points = Array.from(text);
    let afterSpace = false;
    this.#put('"');
    for (const [i, point] of points.entries()) {
      if (point !== " ") {
        this.#put(isPrintable(point) && point !== '"' && point !== "\\" ? point : escaped(point));
        afterSpace = false;
        continue;
      }
      const inside = i > 0 && i < points.length - 1;
      if (indent !== undefined && !afterSpace && inside && this.#column > bestWidth) {
        this.#newline(indent);
        if (points[i + 1] === " ") this.#put("\\");
      } else this.#put(" ");
      afterSpace = true;
    }
    this.#put('"');
  }

  #newline(indent: number): void {
    if (this.#column > 0) this.#text += "\n";
    this.#text += " ".repeat(indent);
    this.#column = indent;
  }

  #put(text: string): void {
    this.#text += text;
    this.#column += text.length;
  }
}

const isSequence = (value: Value): boolean =>
  value.kind === "tuple" || value.kind === "list" || value.kind === "set";

const isPlain = (value: Value): boolean =>
  value.kind === "null" || value.kind === "bool" || value.kind === "number";

const isSimpleKey = (key: string): boolean =>
  !/[\n\r\u0085\u2028\u2029]/.test(key) && new TextEncoder().encode(key).length <= longestKey;

const isBreak = (point: string | undefined): boolean =>
  point !== undefined && "\n\r\u0085\u2028\u2029".includes(point);

const isSpaceOrBreak = (point: string | undefined): boolean => point === " " || isBreak(point);

/** Whether line breaks at the end are kept, cut, or the usual single one. */
function chomping(points: readonly string[]): string {
  if (!isBreak(points.at(-1))) return "-";
  return points.length === 1 || isBreak(points.at(-2)) ? "+" : "";
}

/** A literal block can hold neither characters that need an escape, nor a line with spaces at its end. */
function fitsBlock(text: string): boolean {
  return (
    !text.endsWith(" ") &&
    !/ [\n\r\u0085\u2028\u2029]/.test(text) &&
    Array.from(text).every(isPrintableInBlock)
  );
}

/** libyaml's list, without the characters beyond the basic plane. */
const isPrintableInBlock = (point: string): boolean =>
  /^[\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]$/.test(point);

const isPrintable = (point: string): boolean => !isBreak(point) && isPrintableInBlock(point);

const escapes: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\x07": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\x1b": "\\e",
  '"': '\\"',
  "\\": "\\\\",
  "\u0085": "\\N",
  "\u00a0": "\\_",
  "\u2028": "\\L",
  "\u2029": "\\P",
};

function escaped(point: string): string {
  const known = escapes[point];
  if (known !== undefined) return known;
  const code = point.codePointAt(0) ?? 0;
  const digits = (width: number) => code.toString(16).toUpperCase().padStart(width, "0");
  if (code <= 0xff) return `\\x${digits(2)}`;
  return code <= 0xffff ? `\\u${digits(4)}` : `\\U${digits(8)}`;
}
