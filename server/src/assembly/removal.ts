/** The arguments of a removal step, from what the state recorded. */
import type { Kinds } from "../intake/schema/known-kinds.ts";
import type { Json } from "../intake/value.ts";
import type { ResourceRecord } from "../state/state.ts";
import type { JsonValue } from "./actions.ts";
import {
  escapeTemplate,
  Gathering,
  isRecord,
  parseReference,
  referenceName,
  type StepArguments,
} from "./arguments.ts";
import { isSealed } from "./sealed.ts";

/**
 * The attributes that the kind's table names. Run-time values are carried as in other steps, sensitive ones are evaluated
 * anew: the state does not know them.
 */
export function removalArguments(
  kinds: Kinds,
  stepId: string,
  record: ResourceRecord,
  names: readonly string[],
): StepArguments {
  const gathering = new Gathering(kinds, stepId);
  const { args, uses } = gathering;
  for (const name of names) {
    const recorded = record.inputs[name];
    if (recorded === undefined || recorded === null || isPending(recorded)) continue;
    const reference = singleReference(kinds, recorded);
    if (reference !== undefined) {
      args[`${name}Var`] = reference;
      uses.add(reference);
    } else if (isSealed(recorded)) args[`${name}Var`] = gathering.carry(name, true);
    else args[name] = recordedArgument(gathering, recorded, name);
  }
  return gathering.done();
}

/** Of a kind that the stack defines itself: all that was recorded, and what the resource's steps have made. */
export function ownRemovalArguments(kinds: Kinds, stepId: string, record: ResourceRecord): StepArguments {
  const { args, ...further } = removalArguments(kinds, stepId, record, Object.keys(record.inputs));
  const made = Object.entries(record.outputs).map(([name, text]) => [name, escapeTemplate(text)]);
  return { args: { ...args, ...Object.fromEntries(made) }, ...further };
}

/** A computed value that was never known. */
function isPending(recorded: Json): boolean {
  return isRecord(recorded) && recorded["$pending"] === true;
}

function singleReference(kinds: Kinds, recorded: Json): string | undefined {
  return isRecord(recorded) && typeof recorded["$ref"] === "string"
    ? referenceName(kinds, parseReference(recorded["$ref"]))
    : undefined;
}

function recordedArgument(gathering: Gathering, recorded: Json, attribute: string): JsonValue {
  if (typeof recorded === "string") return escapeTemplate(recorded);
  if (recorded === null || typeof recorded !== "object") return recorded;
  const inside = (step: string | number, inner: Json): JsonValue => {
    gathering.path.push(step);
    const json = recordedArgument(gathering, inner, attribute);
    gathering.path.pop();
    return json;
  };
  if (Array.isArray(recorded)) return recorded.map((item: Json, i) => inside(i, item));
  if (!isRecord(recorded)) return null;
  if (isSealed(recorded)) return `\${${gathering.carry(attribute, true)}}`;
  if ("$computed" in recorded) return recordedArgument(gathering, recorded["$computed"] ?? null, attribute);
  const parts = "$ref" in recorded ? [recorded] : recorded["$template"];
  if (Array.isArray(parts)) return parts.map((part) => templatePart(gathering, part)).join("");
  return Object.fromEntries(
    Object.entries(recorded).map(([key, field]) => {
      const name = key.replace(/^\$\$/, "$");
      return [name, inside(name, field)];
    }),
  );
}

function templatePart(gathering: Gathering, part: Json): string {
  if (typeof part === "string") return escapeTemplate(part);
  const name = singleReference(gathering.kinds, part) ?? "";
  gathering.uses.add(name);
  return `\${${name}}`;
}
