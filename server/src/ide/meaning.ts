/**
 * What a reference stands for, step by step, as far as the declarations and the values that are known say: the names that
 * can follow its dot, the keys that can stand in its brackets, its type and its value.
 */

import type { Folder } from "../intake/folder.ts";
import type { OutputSchema } from "../intake/schema/schema.ts";
import type { ModuleDeclaration, NodeDeclaration } from "../intake/stack.ts";
import { dynamicType, numberType, stringType, type Type } from "../intake/type.ts";
import type { Value } from "../intake/value.ts";
import { stringValue, typeOf } from "../intake/values.ts";
import { placedChain } from "./chain-expression.ts";
import type { Chain, ChainStep } from "./cursor.ts";
import { type BoundName, lookAt, type Scope } from "./scope.ts";
import type { Topic } from "./topic.ts";

export interface Meaning {
  readonly topic?: Topic;
  /** Absent for what is no value: `var`, a kind. */
  readonly type?: Type;
  readonly value: () => Value | undefined;
  readonly members: () => readonly Member[];
  readonly keys: () => readonly (string | number)[];
  /** What brackets make of it; without a key, of any of its items. */
  readonly item: (key: string | number | undefined) => Meaning | undefined;
}

export interface Member {
  readonly name: string;
  readonly meaning: Meaning;
}

const nothing = {
  value: () => undefined,
  members: () => [],
  keys: () => [],
  item: () => undefined,
} as const;

/** Undefined where nothing is known of it. */
export function meaningOf(scope: Scope, chain: Chain): Meaning | undefined {
  const [first, ...rest] = chain;
  if (first?.kind !== "name") return undefined;
  let meaning = roots(scope).find((m) => m.name === first.name)?.meaning;
  for (const step of rest) meaning = meaning && next(meaning, step);
  return meaning;
}

/** What one step further stands for. */
export function next(meaning: Meaning, step: ChainStep): Meaning | undefined {
  switch (step.kind) {
    case "name":
      return meaning.members().find((m) => m.name === step.name)?.meaning;
    case "index":
      return meaning.item(step.key);
    case "splat":
      // What follows is said of each item.
      return meaning.item(undefined);
    case "other":
      return undefined;
  }
}

/** The names that a reference can begin with here; the nearest first. */
export function roots(scope: Scope): readonly Member[] {
  if (scope.isValues) return [];
  const { folder, repeat } = scope;
  const kinds = new Map<string, NodeDeclaration[]>();
  for (const node of folder.stack.resources.values()) {
    const known = kinds.get(node.kind.name);
    if (known) known.push(node);
    else kinds.set(node.kind.name, [node]);
  }
  return [
    ...scope.loops.map((bound) => ({ name: bound.name, meaning: boundMeaning(scope, bound) })),
    ...(repeat === "for_each" ? [{ name: "each", meaning: eachMeaning(scope) }] : []),
    ...(repeat === "count" ? [{ name: "count", meaning: countMeaning(scope) }] : []),
    ...(scope.block && "kind" in scope.block
      ? [{ name: "self", meaning: selfMeaning(scope, scope.block) }]
      : []),
    { name: "var", meaning: namespace(() => variables(scope)) },
    { name: "local", meaning: namespace(() => locals(scope)) },
    ...[...kinds].map(([name, nodes]) => ({
      name,
      meaning: namespace(() => resources(scope, nodes), { kind: "kind", name, verify: false }),
    })),
    ...(folder.stack.modules.size > 0 ? [{ name: "module", meaning: namespace(() => modules(scope)) }] : []),
    { name: "path", meaning: pathMeaning(folder) },
    { name: "facts", meaning: factsMeaning(scope) },
  ];
}

function namespace(members: () => readonly Member[], topic?: Topic): Meaning {
  return { ...nothing, members, ...(topic && { topic }) };
}

function look(scope: Scope, path: readonly (string | number)[]): Value | undefined {
  const steps = path.map(
    (name): ChainStep =>
      typeof name === "string"
        ? { kind: "name", name, start: 0, end: 0 }
        : { kind: "index", key: name, start: 0, end: 0 },
  );
  const placed = placedChain(steps);
  return placed && scope.snapshot.look(placed, lookAt(scope));
}

function variables(scope: Scope): Member[] {
  return [...scope.folder.variables.values()].map(({ name, type }) => ({
    name,
    meaning: valueMeaning(() => look(scope, ["var", name]), type, {
      kind: "variable",
      folder: scope.folder.path,
      name,
    }),
  }));
}

function locals(scope: Scope): Member[] {
  return [...scope.folder.stack.locals.keys()].map((name) => ({
    name,
    meaning: valueMeaning(() => look(scope, ["local", name]), undefined, {
      kind: "local",
      folder: scope.folder.path,
      name,
    }),
  }));
}

function resources(scope: Scope, nodes: readonly NodeDeclaration[]): Member[] {
  return nodes.map((node) => ({ name: node.name, meaning: resourceMeaning(scope, node) }));
}

function resourceMeaning(scope: Scope, node: NodeDeclaration): Meaning {
  const topic: Topic = { kind: "resource", folder: scope.folder.path, name: node.address };
  const path = [node.kind.name, node.name];
  const whole = () => look(scope, path);
  if (!node.repeat) return instanceMeaning(node, whole, topic);
  return {
    ...nothing,
    topic,
    type: dynamicType,
    keys: () => keysOf(whole()),
    item: (key) => instanceMeaning(node, () => itemOf(whole(), key), topic),
  };
}

function instanceMeaning({ kind }: NodeDeclaration, whole: () => Value | undefined, topic?: Topic): Meaning {
  const member = (name: string, type: Type, about: Topic): Member => ({
    name,
    meaning: valueMeaning(() => fieldOf(whole(), name), type, about),
  });
  const made = (output: OutputSchema): Member =>
    member(output.name, output.type ?? stringType, { kind: "made", of: kind.name, name: output.name });
  const outputs = new Set(kind.outputs.map((o) => o.name));
  return {
    ...nothing,
    ...(topic && { topic }),
    type: dynamicType,
    value: whole,
    members: () => [
      ...kind.outputs.map(made),
      ...kind.attributes
        .filter((a) => !outputs.has(a.name))
        .map((a) =>
          member(a.name, a.type, { kind: "attribute", of: kind.name, verify: false, name: a.name }),
        ),
    ],
  };
}

function selfMeaning(scope: Scope, node: NodeDeclaration): Meaning {
  return instanceMeaning(node, () => look(scope, ["self"]));
}

function modules(scope: Scope): Member[] {
  return [...scope.folder.stack.modules.values()].map((block) => ({
    name: block.name,
    meaning: moduleMeaning(scope, block),
  }));
}

function moduleMeaning(scope: Scope, block: ModuleDeclaration): Meaning {
  const topic: Topic = { kind: "module", folder: scope.folder.path, name: block.name };
  const inner = scope.folder.modules.get(block);
  const whole = () => look(scope, ["module", block.name]);
  const one = (value: () => Value | undefined): Meaning => ({
    ...nothing,
    topic,
    type: dynamicType,
    value,
    members: () =>
      [...(inner?.outputs.keys() ?? [])].map((name) => ({
        name,
        meaning: valueMeaning(() => fieldOf(value(), name), undefined, {
          kind: "output",
          folder: inner?.path ?? "",
          name,
        }),
      })),
  });
  if (!block.repeat) return one(whole);
  return {
    ...nothing,
    topic,
    type: dynamicType,
    keys: () => keysOf(whole()),
    item: (key) => one(() => itemOf(whole(), key)),
  };
}

function eachMeaning(scope: Scope): Meaning {
  return namespace(
    () => [
      {
        name: "key",
        meaning: valueMeaning(() => look(scope, ["each", "key"]), stringType, word("each.key")),
      },
      {
        name: "value",
        meaning: valueMeaning(() => look(scope, ["each", "value"]), undefined, word("each.value")),
      },
    ],
    word("each"),
  );
}

function countMeaning(scope: Scope): Meaning {
  const index = valueMeaning(() => look(scope, ["count", "index"]), numberType, word("count.index"));
  return namespace(() => [{ name: "index", meaning: index }], word("count"));
}

function pathMeaning({ path }: Folder): Meaning {
  const at = (name: string, value: string): Member => ({
    name,
    meaning: valueMeaning(() => stringValue(value), stringType, word(`path.${name}`)),
  });
  return namespace(() => [at("module", path), at("root", ".")], word("path"));
}

const factsMeaning = (scope: Scope): Meaning =>
  valueMeaning(() => look(scope, ["facts"]), undefined, word("facts"));

const word = (name: string): Topic => ({ kind: "word", name });

/** A name of a loop: an item of what it goes through. */
function boundMeaning(scope: Scope, { part, loop }: BoundName): Meaning {
  const around = { ...scope, loops: scope.loops.filter((b) => b.loop !== loop) };
  const collection = () => meaningOf(around, loop.collection);
  const key = () => {
    const [first] = collection()?.keys() ?? [];
    return first;
  };
  const item = (): Meaning | undefined => {
    const all = collection();
    return all?.item(key());
  };
  if (part === "value") return lazyMeaning(item);
  const keyType = () => (typeof key() === "number" ? numberType : stringType);
  if (part === "key") return valueMeaning(() => undefined, keyType());
  return namespace(() => [
    { name: "key", meaning: valueMeaning(() => undefined, keyType()) },
    { name: "value", meaning: lazyMeaning(item) },
  ]);
}

/** Which item it is is not known: it has a type and members, no value. */
function lazyMeaning(find: () => Meaning | undefined): Meaning {
  return {
    ...nothing,
    type: find()?.type ?? dynamicType,
    members: () => find()?.members() ?? [],
    keys: () => find()?.keys() ?? [],
    item: (key) => find()?.item(key),
  };
}

/** `type` is asked of the value where it is not declared. */
export function valueMeaning(value: () => Value | undefined, declared?: Type, topic?: Topic): Meaning {
  const shape = (): Type => {
    const isOpen = !declared || declared.kind === "dynamic";
    const known = isOpen ? value() : undefined;
    return known ? typeOf(known) : (declared ?? dynamicType);
  };
  return {
    ...(topic && { topic }),
    get type() {
      return shape();
    },
    value,
    members: () => membersOf(value, shape()),
    keys: () => keysOf(value()),
    item: (key) => {
      const type = shape();
      return valueMeaning(() => itemOf(value(), key), itemType(type, key));
    },
  };
}

function membersOf(value: () => Value | undefined, type: Type): Member[] {
  const known = value();
  const names = type.kind === "object" ? [...type.fields.keys()] : keysOf(known).map(String);
  if (type.kind !== "object" && type.kind !== "map") return [];
  return names
    .filter((name) => isIdentifier.test(name))
    .map((name) => ({ name, meaning: valueMeaning(() => fieldOf(value(), name), itemType(type, name)) }));
}

const isIdentifier = /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u;

function itemType(type: Type, key: string | number | undefined): Type {
  switch (type.kind) {
    case "list":
    case "set":
    case "map":
      return type.element;
    case "tuple":
      return type.items[Number(key ?? 0)] ?? dynamicType;
    case "object":
      return type.fields.get(String(key))?.type ?? dynamicType;
    default:
      return dynamicType;
  }
}

/** The keys of a sensitive map are nobody's business. */
function keysOf(value: Value | undefined): readonly (string | number)[] {
  if (!value || value.sensitive) return [];
  if ("fields" in value) return [...value.fields.keys()];
  return "items" in value && value.kind !== "set" ? value.items.map((_, i) => i) : [];
}

const fieldOf = (value: Value | undefined, name: string): Value | undefined => {
  const field = value && "fields" in value ? value.fields.get(name) : undefined;
  return field && value?.sensitive ? { ...field, sensitive: true } : field;
};

function itemOf(value: Value | undefined, key: string | number | undefined): Value | undefined {
  if (!value || key === undefined) return undefined;
  if ("fields" in value) return fieldOf(value, String(key));
  const item = "items" in value && value.kind !== "set" ? value.items[Number(key)] : undefined;
  return item && value.sensitive ? { ...item, sensitive: true } : item;
}
