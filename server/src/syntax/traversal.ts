import type { Expression, Identifier, Splat } from "./ast.ts";
import {
  attributes,
  element,
  identifier,
  isTooDeep,
  lowerExpression,
  lowerField,
  tooDeep,
  word,
} from "./expressions.ts";
import { Field, Kind } from "./kinds.ts";
import { childAt, endOf, kindOf, missing, type Reading, report, spanOf, startOf, textOf } from "./reading.ts";

/** A splat whose following traversal is still being read. */
interface OpenSplat {
  readonly source: Expression;
  readonly full: boolean;
}

const objectFields = [Field.object, Field.collection, Field.source];

/**
 * A chain of `.name`, `[key]`, `.0`, `.*` and `[*]` behind one root. The tree leans to the left; what follows a splat
 * belongs to each of its elements, so the chain is read from its root outwards. An attribute splat ends where anything
 * but names and legacy indexes follows. Source: hclsyntax/spec.md, "Splat Operators".
 */
export function lowerTraversal(r: Reading, node: number): Expression {
  const links: number[] = [];
  let root = node;
  for (let inner = node; inner >= 0 && isLink(kindOf(r, inner)); inner = collectionOf(r, inner)) {
    links.push(inner);
    root = collectionOf(r, inner);
  }
  if (isTooDeep(r, countSteps(r, links, root))) return tooDeep(r, node);
  const open: OpenSplat[] = [];
  let current = root < 0 ? missing(startOf(r, node)) : lowerRoot(r, root);
  for (let i = links.length - 1; i >= 0; i--) {
    const link = links[i] ?? node;
    const kind = kindOf(r, link);
    const innermost = open[open.length - 1];
    if (innermost && !innermost.full) {
      if (kind === Kind.attribute_splat) nestedSplat(r, link);
      else if (kind === Kind.index || kind === Kind.full_splat) {
        open.pop();
        current = close(innermost, current);
      }
    }
    if (kind === Kind.attribute_splat || kind === Kind.full_splat) {
      open.push({ source: current, full: kind === Kind.full_splat });
      current = element(endOf(r, link));
    } else {
      current = follow(r, link, kind, current);
    }
  }
  for (let splat = open.pop(); splat; splat = open.pop()) current = close(splat, current);
  // A full splat with nothing behind it ends at its bracket, where its element stands.
  return current;
}

function isLink(kind: number): boolean {
  return kind >= Kind.member && kind <= Kind.full_splat && kind !== Kind.names;
}

function collectionOf(r: Reading, link: number): number {
  for (const field of objectFields) {
    const child = childAt(r, link, field);
    if (child >= 0) return child;
  }
  return -1;
}

/** How many steps a chain has: one link may hold many names, and so may the path that is its root. */
function countSteps(r: Reading, links: readonly number[], root: number): number {
  let steps = links.length;
  for (const link of links) {
    const names = childAt(r, link, Field.names);
    if (names >= 0) steps += countDots(r, names) - 1;
  }
  return root >= 0 && kindOf(r, root) === Kind.path ? steps + countDots(r, root) : steps;
}

/** A short text is not looked at: this is asked of every reference. */
function countDots(r: Reading, node: number): number {
  return endOf(r, node) - startOf(r, node) < 100 ? 1 : textOf(r, node).split(".").length - 1;
}

function lowerRoot(r: Reading, root: number): Expression {
  if (kindOf(r, root) !== Kind.path) return lowerExpression(r, root);
  const text = textOf(r, root);
  const start = startOf(r, root);
  const dot = text.indexOf(".");
  return attributes(word(text.slice(0, dot), start, start + dot), text.slice(dot), start + dot);
}

function close(splat: OpenSplat, each: Expression): Splat {
  return { type: "splat", ...splat, each, start: splat.source.start, end: each.end };
}

function follow(r: Reading, link: number, kind: number, object: Expression): Expression {
  const end = endOf(r, link);
  if (kind === Kind.index) {
    return {
      type: "index",
      collection: object,
      key: lowerField(r, link, Field.key),
      start: object.start,
      end,
    };
  }
  if (kind === Kind.legacy_index) return legacyIndex(r, link, object);
  const names = childAt(r, link, Field.names);
  if (names >= 0) return attributes(object, textOf(r, names), startOf(r, names));
  const child = childAt(r, link, Field.name);
  const name: Identifier = child < 0 ? { name: "", start: end, end } : identifier(r, child);
  if (name.name === "") return { type: "missing", partial: object, start: object.start, end };
  return { type: "get-attribute", object, name, start: object.start, end };
}

/**
 * `a.0`. Of `a.0.1`, whose `0.1` arrives as one number, HashiCorp's parser says that it is not permitted; what is meant
 * is plain all the same.
 */
function legacyIndex(r: Reading, link: number, object: Expression): Expression {
  const node = childAt(r, link, Field.key);
  if (node < 0 || startOf(r, node) === endOf(r, node)) return missing(object.start, endOf(r, link));
  const place = { start: startOf(r, node), end: endOf(r, node) };
  const text = textOf(r, node);
  if (object.type === "number" && place.start === object.end + 1) {
    return dottedNumber(r, object.start, place.end);
  }
  const indexes = text.split(".");
  if (!/^[0-9]+$/.test(text)) {
    const dotted = indexes.every((i) => /^[0-9]+$/.test(i));
    const brackets = indexes.map((i) => `[${i}]`).join("");
    const span = { origin: r.origin, start: place.start - 1, end: place.end };
    const hint = dotted ? `Write ${brackets}.` : "Write the index in brackets, as in list[0].";
    report(r, "syntax-error", `".${text}" is not an index`, place, {
      hint,
      ...(dotted && { fix: { title: hint, edits: [{ span, text: brackets }] } }),
    });
    if (!dotted) return missing(object.start, place.end);
  }
  let { start } = place;
  let result = object;
  for (const digits of indexes) {
    const end = start + digits.length;
    const key: Expression = { type: "number", text: digits, start, end };
    result = { type: "index", collection: result, key, start: object.start, end };
    start = end + 1;
  }
  return result;
}

/** `1.2.3`, a version or an address that somebody forgot to quote. */
function dottedNumber(r: Reading, start: number, end: number): Expression {
  const written = r.text.slice(start, end);
  const place = missing(start, end);
  report(r, "syntax-error", `"${written}" is not a number`, place, {
    hint: `As text it is written "${written}" in quotes.`,
    fix: { title: "Put it in quotes", edits: [{ span: spanOf(r, place), text: `"${written}"` }] },
  });
  return place;
}

function nestedSplat(r: Reading, link: number): void {
  const end = endOf(r, link);
  report(
    r,
    "syntax-error",
    "An attribute splat cannot follow another",
    { start: end - 1, end },
    {
      hint: "Use the full splat, as in list[*].items[*].name.",
    },
  );
}
