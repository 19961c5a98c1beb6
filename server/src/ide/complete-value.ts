/** What a value can begin with, or go on with behind a dot; and what the text of a string can be. */
import { describeType } from "../intake/type.ts";
import { addressItems } from "./complete-address.ts";
import type { Completing, CompletionItem, CompletionKind } from "./completion.ts";
import type { Chain, Spot } from "./cursor.ts";
import { type Expected, expectedAt, fits, signatures } from "./expected.ts";
import { type Meaning, type Member, meaningOf, roots } from "./meaning.ts";
import { escaped, Places } from "./snippets.ts";
import type { Topic } from "./topic.ts";

export function operandItems(completing: Completing, after: Chain): readonly CompletionItem[] {
  const { cursor, scope, form } = completing;
  const around = cursor.frames.at(-1);
  const expected = expectedAt(form, cursor.frames);
  if (expected.holds === "type") return after.length === 0 ? typeItems(completing) : [];
  if (expected.holds && expected.holds !== "folder") return addressItems(completing, expected.holds, after);
  if (expected.field?.topic.kind === "field" && isName(expected.field.schema.name)) return [];
  if (around?.type === "index" && after.length === 0)
    return [...keyItems(completing, around.of, false), ...operands(completing, expected)];
  if (after.length === 0) return operands(completing, expected);
  const meaning = meaningOf(scope, after);
  return meaning ? memberItems(completing, meaning, expected) : [];
}

/** The iterator of a dynamic block is a name to be invented. */
const isName = (field: string): boolean => field === "iterator";

function range({ cursor }: Completing) {
  return { start: cursor.word.start, end: cursor.word.end };
}

function operands(completing: Completing, expected: Expected): CompletionItem[] {
  if (completing.scope.isValues) return [...literals(completing, expected)];
  return [
    ...literals(completing, expected),
    ...references(completing, expected),
    ...functionItems(completing, expected),
    ...words(completing),
  ];
}

function literals(completing: Completing, { type, values, argument }: Expected): CompletionItem[] {
  const word = (label: string, rank: number, kind: CompletionKind): CompletionItem => ({
    label,
    kind,
    insert: label,
    ...range(completing),
    rank,
  });
  if (values) return values.map((value, i) => word(`"${value}"`, i, "enum"));
  if (argument) return [];
  if (type.kind === "bool") return [word("true", 0, "value"), word("false", 1, "value")];
  return [];
}

function words(completing: Completing): CompletionItem[] {
  return ["true", "false", "null"].map((label, i) => ({
    label,
    kind: "keyword",
    insert: label,
    ...range(completing),
    rank: 900 + i,
  }));
}

/** Everything that can be referred to: roots, and behind them whole references, so that a part of a name finds them. */
function references(completing: Completing, expected: Expected): CompletionItem[] {
  const { scope } = completing;
  return roots(scope).flatMap(({ name, meaning }, i): CompletionItem[] => {
    const isBound = i < scope.loops.length;
    const root = memberItem(completing, { name, meaning }, expected, isBound ? 10 : 300 + i);
    if (!isShown(meaning)) return [root];
    const inner = meaning.members().map((member): CompletionItem => {
      const label = `${name}.${member.name}`;
      return memberItem(completing, { name: label, meaning: member.meaning }, expected, 100);
    });
    return [root, ...inner];
  });
}

/** What has a type is a value by itself: its members are offered when its dot is typed. */
const isShown = ({ type, topic }: Meaning): boolean =>
  (type === undefined && topic?.kind !== "word") ||
  (topic?.kind === "word" && (topic.name === "each" || topic.name === "count"));

export function memberItems(
  completing: Completing,
  meaning: Meaning,
  expected: Expected,
): readonly CompletionItem[] {
  return meaning.members().map((member, i) => memberItem(completing, member, expected, 100 + i));
}

function memberItem(
  completing: Completing,
  { name, meaning }: Member,
  expected: Expected,
  rank: number,
): CompletionItem {
  const { type, topic } = meaning;
  const fit = type && expected.type.kind !== "dynamic" ? fits(type, expected.type) : "converted";
  const isRoot = type === undefined;
  return {
    label: name,
    kind: kindOf(topic, isRoot),
    ...(type && type.kind !== "dynamic" && { detail: describeType(type) }),
    insert: isRoot ? `${name}.` : name,
    ...(isRoot && { goesOn: true as const }),
    ...range(completing),
    rank: rank + ranks[fit],
    ...(topic && { topic }),
  };
}

const ranks = { well: -50, converted: 0, no: 400 } as const;

function kindOf(topic: Topic | undefined, isRoot: boolean): CompletionKind {
  switch (topic?.kind) {
    case "variable":
    case "local":
    case "module":
    case "output":
    case "resource":
    case "kind":
      return topic.kind;
    case "made":
      return "output";
    case "attribute":
      return "attribute";
    default:
      return isRoot ? "namespace" : "value";
  }
}

function functionItems(completing: Completing, expected: Expected): CompletionItem[] {
  const { text, cursor } = completing;
  const isCalled = text.charAt(cursor.word.end) === "(";
  return [...signatures.values()].flatMap((signature, i): CompletionItem[] => {
    if (signature.refused !== undefined) return [];
    const { name, parameters, variadic, result } = signature;
    const places = new Places();
    const named = parameters.map((p) => places.next(p.name));
    const inner = named.length === 0 && variadic ? places.next() : named.join(", ");
    const isFit = expected.type.kind !== "dynamic" && result === describeType(expected.type);
    return [
      {
        label: name,
        kind: "function",
        detail: `→ ${result}`,
        insert: isCalled ? name : `${escaped(name)}(${inner})`,
        ...(!isCalled && { isSnippet: true as const }),
        ...range(completing),
        rank: (isFit ? 500 : 600) + i / 1000,
        topic: { kind: "function", name },
      },
    ];
  });
}

/** Keys of what brackets follow: `["eu"]`, `[0]`. In a string that is open already, without quotes. */
function keyItems(completing: Completing, of: Chain, isOpen: boolean): CompletionItem[] {
  const keys = meaningOf(completing.scope, of)?.keys() ?? [];
  return keys.flatMap((key, rank): CompletionItem[] => {
    const text = typeof key === "number" || isOpen ? String(key) : JSON.stringify(key);
    return isOpen && typeof key === "number"
      ? []
      : [{ label: text, kind: "instance", insert: text, ...range(completing), rank }];
  });
}

const typeForms: readonly (readonly [name: string, insert: string])[] = [
  ["string", "string"],
  ["number", "number"],
  ["bool", "bool"],
  ["list", "list(${1:string})"],
  ["map", "map(${1:string})"],
  ["set", "set(${1:string})"],
  ["object", "object({\n  $1\n})"],
  ["tuple", "tuple([$1])"],
  ["any", "any"],
  ["optional", "optional(${1:string})"],
];

function typeItems(completing: Completing): CompletionItem[] {
  const { cursor } = completing;
  const isInObject = cursor.frames.some((f) => f.type === "object");
  return typeForms.flatMap(([label, insert], rank): CompletionItem[] =>
    label === "optional" && !isInObject
      ? []
      : [
          {
            label,
            kind: "type",
            insert,
            ...(insert !== label && { isSnippet: true as const }),
            ...range(completing),
            rank,
            topic: { kind: "word", name: `type ${label}` },
          },
        ],
  );
}

/** In a string: allowed texts and keys of brackets; nothing is said about other texts. */
export function textItems(completing: Completing, spot: Extract<Spot, { kind: "text" }>): CompletionItem[] {
  const { cursor, form } = completing;
  const around = cursor.frames.at(-2);
  const frame = cursor.frames.at(-1);
  if (frame?.type !== "template" || frame.heredoc || frame.start !== spot.start) return [];
  const whole = { start: spot.start, end: cursor.offset + restOf(completing), isWhole: true } as const;
  if (around?.type === "index")
    return keyItems(completing, around.of, true).map((item) => ({ ...item, ...whole }));
  const { values } = expectedAt(form, cursor.frames);
  return (values ?? []).map((label, rank) => ({ label, kind: "enum", insert: label, ...whole, rank }));
}

/** How much of the string's text stands behind the place. */
export function restOf({ text, cursor }: Completing): number {
  return /^[^"\n]*(?=")/.exec(text.slice(cursor.offset))?.[0].length ?? 0;
}
