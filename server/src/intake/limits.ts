/** What one evaluation may cost, so that no text makes it hang or run out of memory or stack. */
import type { Value } from "./value.ts";

/** Expression nodes that one outermost evaluation visits, loops included; about a second. */
export const maxSteps = 3_000_000;
/** Expressions inside each other, and values inside each other: each level takes some 500 bytes of a stack of about 1 MB. */
export const maxDepth = 500;
/** Characters of one string. */
export const maxText = 8_000_000;
/** Values inside one value, itself included; 16 characters of text count as one more. */
export const maxNodes = 500_000;

interface Weight {
  readonly nodes: number;
  readonly depth: number;
}

/** A memo, not a state: weights of large values, which are immutable. Values may share parts, so it also bounds the walk. */
const heavy = new WeakMap<object, Weight>();
const noteworthy = 256;

/** Why a value is too large to go on with, or undefined. */
export function excess(value: Value): string | undefined {
  if (value.kind === "string")
    return value.value.length > maxText ? "a string of more than 8 million characters" : undefined;
  if (!("items" in value) && !("fields" in value)) return undefined;
  const { nodes, depth } = weigh(value);
  if (nodes > maxNodes) return `a value of more than ${maxNodes} parts`;
  return depth > maxDepth ? `a value nested more than ${maxDepth} levels deep` : undefined;
}

/** How many values a value consists of, text counted by the 16 characters. */
export const countNodes = (value: Value): number => weigh(value).nodes;

function weigh(value: Value): Weight {
  if (value.kind === "string") return { nodes: 1 + (value.value.length >> 4), depth: 0 };
  const children = "items" in value ? value.items : "fields" in value ? value.fields.values() : undefined;
  if (!children) return leaf;
  const known = heavy.get(value);
  if (known) return known;
  let nodes = 1;
  let depth = 0;
  for (const child of children) {
    const inner = weigh(child);
    nodes += inner.nodes;
    if (inner.depth >= depth) depth = inner.depth + 1;
    if (nodes > maxNodes || depth > maxDepth) break;
  }
  const weight = { nodes, depth };
  if (nodes > noteworthy) heavy.set(value, weight);
  return weight;
}

const leaf: Weight = { nodes: 1, depth: 0 };
