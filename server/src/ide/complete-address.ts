/** Where an address or the name of an attribute is written, and no value: `depends_on`, `moved`, `ignore_changes`. */
import type { Holds } from "../intake/schema/blocks.ts";
import type { Completing, CompletionItem } from "./completion.ts";
import type { Chain } from "./cursor.ts";
import { fieldNamed } from "./expected.ts";
import { formAt } from "./forms.ts";
import { type Meaning, meaningOf, next, valueMeaning } from "./meaning.ts";
import { formSource, topHeader } from "./scope.ts";
import type { Topic } from "./topic.ts";

export function addressItems(
  completing: Completing,
  holds: Exclude<Holds, "type" | "folder">,
  after: Chain,
): readonly CompletionItem[] {
  const isInList = completing.cursor.frames.at(-1)?.type === "tuple";
  if (holds === "attributes")
    return after.length === 0 ? attributeItems(completing, isInList) : partItems(completing, after);
  if (after.length > 0) return further(completing, meaningOf(completing.scope, after));
  const items = addresses(completing, holds);
  // The brackets come with the first one.
  return isInList || holds === "address" ? items : items.map((i) => ({ ...i, insert: `[${i.insert}]` }));
}

function range({ cursor }: Completing) {
  return { start: cursor.word.start, end: cursor.word.end };
}

function addresses(completing: Completing, holds: Holds): CompletionItem[] {
  const { scope, cursor, text } = completing;
  const { stack, path } = scope.folder;
  const own = topHeader(cursor);
  const self =
    own &&
    [
      ...(own.keyword === "verify" ? ["verify"] : []),
      ...(own.keyword === "module" ? ["module"] : []),
      ...own.labels,
    ].join(".");
  const list = cursor.frames.at(-1);
  const written = list?.type === "tuple" ? text.slice(list.start, cursor.word.start) : "";
  const item = (address: string, topic: Topic, rank: number): CompletionItem[] =>
    address === self || written.split(/[\s,[\]]+/).includes(address)
      ? []
      : [
          {
            label: address,
            kind: topic.kind === "module" ? "module" : "resource",
            insert: address,
            ...range(completing),
            rank,
            topic,
          },
        ];
  return [
    ...[...stack.resources.keys()].flatMap((a) => item(a, { kind: "resource", folder: path, name: a }, 0)),
    ...[...stack.modules.values()].flatMap((m) =>
      item(m.address, { kind: "module", folder: path, name: m.name }, 100),
    ),
    ...(holds === "addresses"
      ? [...stack.verifies.keys()].flatMap((a) => item(a, { kind: "verify", folder: path, name: a }, 200))
      : []),
  ];
}

/** Behind the dot of a kind: its resources; behind that of `module`: the modules. */
function further(completing: Completing, meaning: Meaning | undefined): CompletionItem[] {
  return (meaning?.members() ?? []).map(({ name, meaning: { topic } }, rank) => ({
    label: name,
    kind: topic?.kind === "module" ? "module" : "resource",
    insert: name,
    ...range(completing),
    rank,
    ...(topic && { topic }),
  }));
}

/** Parts of an attribute: `ports[0].external`. */
function partItems(completing: Completing, [first, ...rest]: Chain): CompletionItem[] {
  const field = first?.kind === "name" && fieldNamed(formAround(completing), first.name);
  let part: Meaning | undefined = field ? valueMeaning(() => undefined, field.schema.type) : undefined;
  for (const step of rest) part = part && next(part, step);
  return (part?.members() ?? []).map(({ name }, rank) => ({
    label: name,
    kind: "attribute",
    insert: name,
    ...range(completing),
    rank,
  }));
}

/** The lifecycle block is about the body around it. */
const formAround = ({ scope, cursor }: Completing) => formAt(formSource(scope), cursor.frames.slice(0, 2));

function attributeItems(completing: Completing, isInList: boolean): CompletionItem[] {
  const { fields } = formAround(completing);
  const all: CompletionItem[] = isInList
    ? []
    : [{ label: "all", kind: "keyword", insert: "all", ...range(completing), rank: 0 }];
  const names = fields
    .filter((f) => !f.isMeta)
    .map(
      ({ schema, topic }, i): CompletionItem => ({
        label: schema.name,
        kind: "attribute",
        insert: isInList ? schema.name : `[${schema.name}]`,
        ...range(completing),
        rank: 1 + i,
        topic,
      }),
    );
  return [...all, ...names];
}
