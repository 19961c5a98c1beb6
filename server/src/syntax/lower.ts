import type { Attribute, Block, Body, BodyItem, Expression, Identifier, Label } from "./ast.ts";
import { identifier, lowerExpression, lowerValue } from "./expressions.ts";
import { stride } from "./flat.ts";
import { Field, Kind } from "./kinds.ts";
import {
  after,
  blocksTooDeepMessage,
  childAt,
  deepest,
  endOf,
  exact,
  kindOf,
  missing,
  type Reading,
  report,
  startOf,
} from "./reading.ts";
import { decodeQuoted } from "./strings.ts";

/** The items of a chunk, from its flat tree's root. Of broken text, every item that can still be told. */
export function lowerChunk(r: Reading): BodyItem[] {
  return lowerBody(r, 0, stride, after(r, 0));
}

/** A block or attribute that recovery left in pieces: `name "label" {` without its end, `name =` without a value. */
interface Pieces {
  readonly keyword: Identifier;
  readonly labels: Label[];
  /** Behind the `{`, the items found so far and where the brace stands. */
  inside?: { readonly items: BodyItem[]; readonly start: number };
}

/**
 * Reads a body's children from one index to another. In a sound tree these are attributes and blocks. Where the parser
 * gave up, an ERROR node holds a row of loose pieces, which is read here as the parser would have wanted it.
 */
function lowerBody(r: Reading, parent: number, from: number, to: number): BodyItem[] {
  const items: BodyItem[] = [];
  const open: Pieces[] = [];
  // What would be too deep in the pieces is read as if it stood less deep.
  const target = (): BodyItem[] => open[Math.min(open.length, deepest - r.depth) - 1]?.inside?.items ?? items;
  walk(r, from, to, open, target);
  finish(open, items, target, endOf(r, parent));
  return exact(items);
}

function walk(r: Reading, from: number, to: number, open: Pieces[], target: () => BodyItem[]): void {
  for (let child = from; child < to; ) {
    const kind = kindOf(r, child);
    const next = after(r, child);
    if (kind === Kind.attribute && isTorn(r, child)) walk(r, child + stride, next, open, target);
    else if (kind === Kind.attribute)
      target().push(lowerAttribute(r, child, next < to && goesOn(r, child, next)));
    else if (kind === Kind.block) takeBlock(r, lowerBlock(r, child), target());
    else if (kind === Kind.incomplete) takeIncomplete(r, child, open, target());
    else if (kind === Kind.error) walk(r, child + stride, next, open, target);
    else {
      child = loosePiece(r, child, kind, open, target);
      continue;
    }
    child = next;
  }
}

/** Takes one loose piece, and the value behind an `=`; returns the index behind what it took. */
function loosePiece(
  r: Reading,
  node: number,
  kind: number,
  open: Pieces[],
  target: () => BodyItem[],
): number {
  const last = open[open.length - 1];
  const header = last && !last.inside ? last : undefined;
  const start = startOf(r, node);
  const end = endOf(r, node);
  if (kind === Kind.identifier && start < end) {
    if (header && !newlineBetween(r, header, start)) header.labels.push(bareLabel(r, node));
    else if (startsItem(r, start)) {
      if (header) {
        open.pop();
        target().push(headerAlone(header));
      }
      open.push({ keyword: identifier(r, node), labels: [] });
    }
  } else if (kind === Kind.string || kind === Kind.unclosed_string) {
    header?.labels.push(quotedLabel(r, node));
    if (header && tookBrace(r, node)) header.inside = { items: [], start: end };
  } else if (kind === Kind.brace_open && header) {
    header.inside = { items: [], start: end };
  } else if (kind === Kind.brace_close && last?.inside) {
    open.pop();
    target().push(blockOf(last, start, end));
  } else if (kind === Kind.equals && header) {
    open.pop();
    const value = valueBehind(r, node, end);
    target().push(attributeOf(header.keyword, value, value.end));
    if (value.type !== "missing") return after(r, after(r, node));
  }
  return after(r, node);
}

/** The expression that follows a loose `=`. */
function valueBehind(r: Reading, equals: number, end: number): Expression {
  const next = after(r, equals);
  const kind = kindOf(r, next);
  const behind =
    next < after(r, 0) && startOf(r, next) >= end && kind >= Kind.identifier && kind <= Kind.parentheses;
  if (!behind || r.text.slice(end, startOf(r, next)).includes("\n")) return missing(end);
  return lowerExpression(r, next);
}

function newlineBetween(r: Reading, header: Pieces, start: number): boolean {
  const from = header.labels[header.labels.length - 1]?.end ?? header.keyword.end;
  return r.text.slice(from, start).includes("\n");
}

/** What is still open at the end belongs there all the same. */
function finish(open: Pieces[], items: BodyItem[], target: () => BodyItem[], end: number): void {
  for (let pieces = open.pop(); pieces; pieces = open.pop()) {
    target().push(pieces.inside ? blockOf(pieces, end, end) : headerAlone(pieces));
  }
  // Only what recovery has put together may be out of order.
  if (items.some((item, i) => i > 0 && item.start < (items[i - 1] as BodyItem).start))
    items.sort((a, b) => a.start - b.start);
}

/** A name with nothing behind it is most likely to become an attribute, one with labels a block. */
function headerAlone({ keyword, labels }: Pieces): BodyItem {
  const end = labels[labels.length - 1]?.end;
  if (end === undefined) return attributeOf(keyword, missing(keyword.end), keyword.end);
  return blockOf({ keyword, labels, inside: { items: [], start: end } }, end, end);
}

/** A block without a name was invented by recovery: its braces belong to the header on the line before, if any. */
function takeBlock(r: Reading, block: Block, items: BodyItem[]): void {
  if (block.keyword.name !== "") {
    items.push(block);
    return;
  }
  const header = items[items.length - 1];
  const between = r.text.slice(header?.end, block.body.start - 1);
  if (header && /^\s*$/.test(between) && (header.type === "block" || header.value.type === "missing")) {
    const { labels, keyword } = header.type === "block" ? header : { labels: [], keyword: header.name };
    items[items.length - 1] = { ...block, keyword, labels, start: header.start };
  }
}

/** Whether what stands at an offset is the first of its line, or of what a brace opens. */
function startsItem(r: Reading, start: number): boolean {
  const from = Math.max(0, start - 256);
  const before = r.text.slice(from, start).trimEnd();
  return /^$|(?:^|[^$%])\{$|[};,]$/.test(before) || r.text.slice(from + before.length, start).includes("\n");
}

/** A line that is only a header: an item of its own, or an open block where a label without quote took its brace. */
function takeIncomplete(r: Reading, node: number, open: Pieces[], items: BodyItem[]): void {
  const pieces: Pieces = { keyword: identifier(r, node + stride), labels: [] };
  const end = after(r, node);
  for (let child = after(r, node + stride); child < end; child = after(r, child)) {
    if (r.nodes[child + 1] !== Field.label) continue;
    pieces.labels.push(kindOf(r, child) === Kind.identifier ? bareLabel(r, child) : quotedLabel(r, child));
    if (tookBrace(r, child)) pieces.inside = { items: [], start: endOf(r, child) };
  }
  if (pieces.inside) open.push(pieces);
  else items.push(headerAlone(pieces));
}

function tookBrace(r: Reading, label: number): boolean {
  return kindOf(r, label) === Kind.unclosed_string && r.text.charCodeAt(endOf(r, label) - 1) === 123;
}

/** Whether recovery has put the name of one line and the value of another together. */
function isTorn(r: Reading, attribute: number): boolean {
  const name = childAt(r, attribute, Field.name);
  const next = after(r, name);
  return name >= 0 && next < after(r, attribute) && kindOf(r, next) === Kind.error;
}

function attributeOf(name: Identifier, value: Expression, end: number): Attribute {
  return { type: "attribute", name, value, start: name.start, end };
}

function blockOf(pieces: Pieces, bodyEnd: number, end: number): Block {
  const { keyword, labels, inside } = pieces;
  const body: Body = { items: inside?.items ?? [], start: inside?.start ?? bodyEnd, end: bodyEnd };
  return { type: "block", keyword, labels, body, start: keyword.start, end };
}

/** Whether text that was skipped continues an attribute's value, as the dot of a half-typed `var.` does. */
function goesOn(r: Reading, attribute: number, next: number): boolean {
  if (kindOf(r, next) !== Kind.error) return false;
  const between = r.text.slice(endOf(r, attribute), startOf(r, next) + 1);
  return !/[\n;,]/.test(between);
}

function lowerAttribute(r: Reading, node: number, goesOn = false): Attribute {
  const name = childAt(r, node, Field.name);
  const value = lowerValue(r, node);
  return {
    type: "attribute",
    name: name < 0 ? { name: "", start: startOf(r, node), end: startOf(r, node) } : identifier(r, name),
    value: goesOn ? { type: "missing", partial: value, start: value.start, end: value.end } : value,
    start: startOf(r, node),
    end: endOf(r, node),
  };
}

function lowerBlock(r: Reading, node: number): Block {
  const end = after(r, node);
  const labels: Label[] = [];
  let keyword: Identifier | undefined;
  let child = node + stride;
  for (; child < end && kindOf(r, child) !== Kind.brace_open; child = after(r, child)) {
    const field = r.nodes[child + 1];
    if (field === Field.type) keyword = identifier(r, child);
    else if (field !== Field.label) continue;
    else labels.push(kindOf(r, child) === Kind.identifier ? bareLabel(r, child) : quotedLabel(r, child));
  }
  const bodyStart = child < end ? endOf(r, child) : endOf(r, node);
  const closed = r.text.charCodeAt(endOf(r, node) - 1) === 125 && endOf(r, node) > bodyStart;
  const body: Body = {
    items: child < end ? itemsInside(r, node, after(r, child), closed ? lastChild(r, child, end) : end) : [],
    start: bodyStart,
    end: closed ? endOf(r, node) - 1 : endOf(r, node),
  };
  keyword ??= { name: "", start: startOf(r, node), end: startOf(r, node) };
  return { type: "block", keyword, labels, body, start: startOf(r, node), end: endOf(r, node) };
}

function itemsInside(r: Reading, block: number, from: number, to: number): BodyItem[] {
  if (r.depth >= deepest) {
    const start = startOf(r, block);
    report(r, "syntax-error", blocksTooDeepMessage, { start, end: start + 1 });
    return [];
  }
  r.depth++;
  const items = lowerBody(r, block, from, to);
  r.depth--;
  return items;
}

/** The last of the siblings from one index on: a block's closing brace. */
function lastChild(r: Reading, from: number, end: number): number {
  let last = from;
  for (let child = from; child < end; child = after(r, child)) last = child;
  return last;
}

function bareLabel(r: Reading, node: number): Label {
  const { name, start, end } = identifier(r, node);
  return { value: name, quoted: false, start, end };
}

function quotedLabel(r: Reading, node: number): Label {
  const start = startOf(r, node);
  const end = endOf(r, node);
  const to = kindOf(r, node) === Kind.unclosed_string ? end : end - 1;
  return { value: decodeQuoted(r, start + 1, to), quoted: true, start, end };
}
