/** What an item of a body can begin with: attributes and blocks that are not there yet; and keys of objects. */
import { describeType } from "../intake/type.ts";
import type { Completing, CompletionItem } from "./completion.ts";
import { expectedAt } from "./expected.ts";
import type { BlockForm, Field, Form } from "./forms.ts";
import { blockSnippet, Places, requiredLines, valueSnippet } from "./snippets.ts";

export function bodyItems(completing: Completing): CompletionItem[] {
  const { cursor, form, scope } = completing;
  if (cursor.spot.kind === "key") return keyItems(completing);
  const isTop = cursor.frames.length === 1;
  const fields = form.fields.filter((f) => isFree(f, completing)).map((f, i) => fieldItem(completing, f, i));
  const blocks = form.blocks
    .filter((b) => isFreeBlock(b, completing))
    .map((b, i) => blockItem(completing, b, i));
  const kinds = isTop && !scope.isValues ? kindItems(completing) : [];
  return [...fields, ...blocks, ...kinds, ...wholeItems(completing)];
}

function isFree({ schema, aliases, block }: Field, { cursor, form }: Completing): boolean {
  const names = [schema.name, ...aliases, ...(block === undefined ? [] : [block])];
  if (cursor.siblings.some((s) => names.includes(s.name))) return false;
  if (excluded[schema.name]?.some((other) => cursor.siblings.some((s) => s.name === other))) return false;
  const group = form.oneOf.find((g) => g.includes(schema.name));
  return group === undefined || !cursor.siblings.some((s) => group.includes(s.name));
}

/** One of them is all that a block can have. */
const excluded: Readonly<Record<string, readonly string[]>> = {
  count: ["for_each"],
  for_each: ["count"],
};

function isFreeBlock({ name, once }: BlockForm, { cursor, form }: Completing): boolean {
  if (cursor.siblings.some((s) => s.name === name && (once || !s.isBlock))) return false;
  const field = form.fields.find((f) => f.block === name);
  return !field || !cursor.siblings.some((s) => s.name === field.schema.name);
}

function range({ cursor }: Completing) {
  return { start: cursor.word.start, end: cursor.word.end };
}

/** What stands behind the word says whether the item's rest is there already. */
const goesOn = ({ text, cursor }: Completing): boolean =>
  /^[ \t]*(?:=|\{|"|:)/.test(text.slice(cursor.word.end, cursor.word.end + 200));

function fieldItem(completing: Completing, field: Field, index: number): CompletionItem {
  const { schema, topic, isMeta } = field;
  const { form } = completing;
  const isOne = form.oneOf.some((g) => g.includes(schema.name));
  const snippet = `${schema.name} = ${valueSnippet(schema, new Places())}`;
  const isWritten = goesOn(completing);
  return {
    label: schema.name,
    kind: "attribute",
    detail: `${holdsText(field)}${schema.required ? ", required" : ""}`,
    insert: isWritten ? schema.name : snippet,
    ...(!isWritten && { isSnippet: true, goesOn: true }),
    ...range(completing),
    rank: (schema.required ? 0 : isOne ? 100 : isMeta ? 700 : 200) + index,
    topic,
  };
}

function holdsText({ schema: { holds, type } }: Field): string {
  switch (holds) {
    case "type":
      return "type";
    case "address":
      return "address";
    case "addresses":
      return "addresses";
    case "attributes":
      return "attributes";
    case "folder":
      return "folder";
    default:
      return describeType(type);
  }
}

function blockItem(completing: Completing, block: BlockForm, index: number): CompletionItem {
  const isWritten = goesOn(completing);
  const isTop = completing.cursor.frames.length === 1;
  return {
    label: block.name,
    kind: "block",
    detail: "block",
    insert: isWritten ? block.name : blockSnippet(block),
    ...(!isWritten && { isSnippet: true, goesOn: true }),
    ...range(completing),
    rank: (isTop ? 0 : isLate(block) ? 800 : 400) + index,
    topic: block.topic,
  };
}

const isLate = ({ name }: BlockForm): boolean => name === "lifecycle" || name === "dynamic";

/** Whole headers: `resource "service" "…" { … }`, offered by the kind's name too. */
function kindItems(completing: Completing): CompletionItem[] {
  if (goesOn(completing)) return [];
  const { kinds } = completing.scope.snapshot.ir;
  const of = (keyword: string, names: Iterable<string>, rank: number): CompletionItem[] => {
    const block = completing.form.blocks.find((b) => b.name === keyword);
    if (!block) return [];
    return [...names].map((name, i) => ({
      label: `${keyword} ${name}`,
      kind: "kind",
      insert: blockSnippet(block, [name]),
      isSnippet: true,
      goesOn: true,
      ...range(completing),
      rank: rank + i,
      topic: { kind: "kind", name, verify: keyword === "verify" },
    }));
  };
  return [...of("resource", kinds.resources.keys(), 100), ...of("verify", kinds.verifies.keys(), 300)];
}

/** Everything at once that the body still needs, where that is more than one thing. */
function wholeItems(completing: Completing): CompletionItem[] {
  const { cursor, form } = completing;
  if (cursor.frames.length === 1 || goesOn(completing)) return [];
  const lines = requiredLines(form, new Places(), (name) => isSet(form, name, completing));
  if (lines.length < 2) return [];
  return [
    {
      label: "required attributes",
      kind: "value",
      insert: lines.join("\n"),
      isSnippet: true,
      ...range(completing),
      rank: 150,
    },
  ];
}

export function isSet({ fields }: Form, name: string, { cursor }: Pick<Completing, "cursor">): boolean {
  const field = fields.find((f) => f.schema.name === name);
  const names = [name, ...(field?.aliases ?? []), ...(field?.block === undefined ? [] : [field.block])];
  return cursor.siblings.some((s) => names.includes(s.name));
}

/** Keys of an object whose type is known, or that stands for a nested block. */
function keyItems(completing: Completing): CompletionItem[] {
  const { cursor, form } = completing;
  const expected = expectedAt(form, cursor.frames);
  const isWritten = goesOn(completing);
  const item = (name: string, detail: string, insert: string, rank: number): CompletionItem => ({
    label: name,
    kind: "attribute",
    detail,
    insert: isWritten ? name : insert,
    ...(!isWritten && { isSnippet: true, goesOn: true }),
    ...range(completing),
    rank,
  });
  const isNew = (name: string) => !cursor.siblings.some((s) => s.name === name);
  const block = expected.field?.block;
  const nested = block === undefined ? undefined : form.blocks.find((b) => b.name === block)?.form([]);
  if (nested && expected.type.kind === "object")
    return nested.fields
      .filter((f) => isNew(f.schema.name))
      .map((f, i) => ({ ...fieldItem({ ...completing, form: nested }, f, i) }));
  if (expected.type.kind !== "object") return [];
  return [...expected.type.fields]
    .filter(([name]) => isNew(name))
    .map(([name, { type, optional }], i) =>
      item(
        name,
        `${describeType(type)}${optional ? "" : ", required"}`,
        `${name} = ${valueSnippet({ type }, new Places())}`,
        (optional ? 100 : 0) + i,
      ),
    );
}
