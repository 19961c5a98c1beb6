/** `count` and `for_each`: how often a block counts, and under which keys. */
import type { Code } from "../diagnostics/codes.ts";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin, Span } from "../diagnostics/span.ts";
import type { Attribute, Block } from "../syntax/ast.ts";
import { convert } from "./convert.ts";
import type { InstanceKey } from "./instances.ts";
import { toSafeInteger } from "./number.ts";
import { type Placed, spanOf } from "./stack.ts";
import { numberType } from "./type.ts";
import type { Value } from "./value.ts";
import { typeOf } from "./values.ts";

/** The `count` or `for_each` of a block. */
export interface Repeat extends Placed {
  readonly mode: "count" | "for_each";
  /** Its name. */
  readonly span: Span;
}

/** Most instances of all blocks of a stack together: a mistyped number must not fill the memory. */
export const maxInstances = 100_000;

export function readRepeat(
  block: Block,
  origin: Origin,
  report: (d: Diagnostic) => void,
): Repeat | undefined {
  let found: Repeat | undefined;
  for (const item of block.body.items) {
    if (item.type !== "attribute" || !isRepeat(item)) continue;
    const mode = item.name.name === "count" ? "count" : "for_each";
    const repeat: Repeat = { mode, origin, expression: item.value, span: spanOf(origin, item.name) };
    if (found && found.mode !== mode) report(both(repeat, found));
    found ??= repeat;
  }
  return found;
}

const isRepeat = ({ name: { name } }: Attribute): boolean => name === "count" || name === "for_each";

function both(second: Repeat, first: Repeat): Diagnostic {
  return diagnostic("conflicting-attributes", 'A block has "count" or "for_each", not both', {
    span: second.span,
    related: [{ span: first.span, message: `"${first.mode}" is here` }],
    hint: "Remove one of them.",
  });
}

/** The keys that a known value of `count` or `for_each` gives, in their order; undefined, and reported, where it gives none. */
export function keysFrom(
  repeat: Repeat,
  value: Value,
  report: (d: Diagnostic) => void,
): readonly InstanceKey[] | undefined {
  const keys = value.sensitive ? sensitive(repeat) : repeat.mode === "count" ? counted(value) : named(value);
  if (Array.isArray(keys)) return keys;
  const { message, hint, fix } = keys as Problem;
  const span = spanOf(repeat.origin, repeat.expression);
  const edit = fix === undefined ? undefined : { title: fix, edits: wrapped(repeat) };
  report(diagnostic(codeOf(repeat), `${repeat.mode}: ${message}`, { span, hint, fix: edit }));
  return undefined;
}

export const codeOf = ({ mode }: Repeat): Code => (mode === "count" ? "invalid-count" : "invalid-for-each");

interface Problem {
  readonly message: string;
  readonly hint?: string;
  /** Title of the fix that puts toset() around it. */
  readonly fix?: string;
}

function sensitive({ mode }: Repeat): Problem {
  return {
    message: "the value is sensitive, and the keys of instances stand in plans and state",
    hint:
      mode === "count"
        ? "Where the number is no secret, write nonsensitive(…) around it."
        : "Where the keys are no secret, write nonsensitive(keys(…)) inside toset( ).",
  };
}

function counted(value: Value): InstanceKey[] | Problem {
  if (value.kind === "null") return { message: "the value is null", hint: "For no instance, write 0." };
  const number = convert(value, numberType);
  if (number.kind !== "number") return { message: `a whole number is required, this is ${describe(value)}` };
  const size = toSafeInteger(number.value);
  if (size === undefined || size < 0)
    return { message: `a whole number from 0 is required, this is ${number.value.toString()}` };
  // More than fit are counted by whoever makes the instances.
  return Array.from({ length: Math.min(size, maxInstances + 1) }, (_, i) => i);
}

function named(value: Value): InstanceKey[] | Problem {
  switch (value.kind) {
    case "object":
    case "map":
      return [...value.fields.keys()];
    case "set":
      return setKeys(value);
    case "null":
      return { message: "the value is null", hint: "For no instance, write {}." };
    case "list":
    case "tuple": {
      const isOfStrings = value.items.every((item) => item.kind === "string");
      return {
        message: `a map or a set of strings is required, this is ${describe(value)}`,
        hint: "Items of a list have no names of their own: toset(…) makes each string its own key.",
        ...(isOfStrings && { fix: "Make it a set with toset( )" }),
      };
    }
    default:
      return { message: `a map or a set of strings is required, this is ${describe(value)}` };
  }
}

function setKeys({ items }: Extract<Value, { kind: "set" }>): InstanceKey[] | Problem {
  const keys: string[] = [];
  for (const item of items) {
    if (item.kind !== "string") {
      const what = item.kind === "null" ? "null" : describe(item);
      return { message: `the items of a set must be strings, one of these is ${what}` };
    }
    keys.push(item.value);
  }
  return keys;
}

function describe(value: Value): string {
  const { kind } = typeOf(value);
  return `${kind === "object" ? "an" : "a"} ${kind}`;
}

function wrapped({ origin, expression: { start, end } }: Repeat) {
  return [
    { span: { origin, start, end: start }, text: "toset(" },
    { span: { origin, start: end, end }, text: ")" },
  ];
}
