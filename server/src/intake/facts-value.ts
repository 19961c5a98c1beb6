/** `facts` in expressions: what the machine that runs the steps offers. */
import type { BodyItem, Expression } from "../syntax/ast.ts";
import type { SourceFile } from "../syntax/chunk.ts";
import type { Need } from "./discover.ts";
import type { EnvFacts, Program } from "./facts.ts";
import { walkBody } from "./lint/walk.ts";
import { objectOf, stringType, type Type } from "./type.ts";
import type { Value } from "./value.ts";
import { nullOf, objectValue, stringValue, unknownOf } from "./values.ts";

/** Finds the facts that are asked for; `os` and `arch` always. */
export type FindFacts = (need: ReadonlySet<Need>) => Promise<EnvFacts>;

const runtimes = ["bash", "deno", "go", "node", "python3"] as const;
export const allFacts: ReadonlySet<Need> = new Set([...runtimes, "engine", "git"]);

/** What the files of a stack can ask for. By their text: to look for an engine that nobody asks for costs more than this. */
export function factsIn(files: readonly SourceFile[]): ReadonlySet<Need> {
  const need = new Set<Need>();
  for (const { text } of files) {
    if (!text.includes("facts")) continue;
    for (const [, name] of text.matchAll(/\bfacts\b(?:\.(\w+))?/g))
      for (const one of needOf(name)) need.add(one);
  }
  return need;
}

/**
 * Whether an expression may ask for a fact: by its text where nothing but the text is known of it, as in a template, and
 * else by its syntax, so that a comment asks for nothing.
 */
export function asksForFacts(files: readonly SourceFile[]): boolean {
  return files.some(({ text, chunks }) => {
    if (!/\bfacts\b/.test(text)) return false;
    const items = chunks.flatMap((chunk) => chunk.items);
    return items.length === 0 || items.some(namesFacts);
  });
}

function namesFacts(item: BodyItem): boolean {
  let found = false;
  const expression = (e: Expression) => {
    if (e.type === "variable" && e.name === "facts") found = true;
  };
  walkBody({ start: item.start, end: item.end, items: [item] }, { expression, named: () => undefined });
  return found;
}

function needOf(name: string | undefined): Iterable<Need> {
  switch (name) {
    case "os":
    case "arch":
      return [];
    case "engine":
    case "git":
      return [name];
    case "runtimes":
      return runtimes;
    default:
      return allFacts;
  }
}

const program: Type = objectOf({ version: stringType });
const engine: Type = objectOf({ name: stringType, version: stringType });

/** Programs that are not there are null. Where they are is left out: no path of this machine may get into a plan. */
export function factsValue(facts: EnvFacts | undefined): Value {
  if (!facts) return unknownOf(typeOfFacts);
  const { os, arch, git, engine: found } = facts;
  return object({
    os: stringValue(os),
    arch: stringValue(arch),
    engine: found
      ? object({ name: stringValue(found.name), version: stringValue(found.version) })
      : nullOf(engine),
    git: programValue(git),
    runtimes: object(Object.fromEntries(runtimes.map((name) => [name, programValue(facts.runtimes[name])]))),
  });
}

const typeOfFacts: Type = objectOf({
  os: stringType,
  arch: stringType,
  engine,
  git: program,
  runtimes: objectOf(Object.fromEntries(runtimes.map((name) => [name, program]))),
});

const object = (fields: Readonly<Record<string, Value>>): Value =>
  objectValue(new Map(Object.entries(fields)));

const programValue = (found: Program | undefined): Value =>
  found ? object({ version: stringValue(found.version) }) : nullOf(program);
