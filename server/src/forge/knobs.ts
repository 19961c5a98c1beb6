/**
 * Knobs are the few numbers of a step that the daemon may turn by itself. A script declares those it reads in a line of its
 * head (`clockwork:knobs timeout_s=60 interval_s=5`: name and default), the manifest holds the values they were turned to, and
 * the script gets them in its environment. Everything else in a script is text, which a person has to approve. Source of list
 * and ranges: SAFETY, section 7.
 */
import * as z from "zod/mini";

/** The values of one step. Absent: the script's own default. */
export const knobValues = z.strictObject({
  retries: z.optional(z.int().check(z.minimum(0), z.maximum(10))),
  timeout_s: z.optional(z.number().check(z.minimum(1), z.maximum(600))),
  interval_s: z.optional(z.number().check(z.minimum(5), z.maximum(3600))),
  log_max_mb: z.optional(z.number().check(z.minimum(1), z.maximum(100))),
  log_files: z.optional(z.int().check(z.minimum(1), z.maximum(10))),
  healthcheck_path: z.optional(z.string().check(z.regex(/^\/[\x21-\x7e]{0,255}$/))),
});
export type KnobValues = Readonly<z.infer<typeof knobValues>>;
export type KnobName = keyof KnobValues;

export const knobNames = Object.keys(knobValues.shape) as readonly KnobName[];

/** Whether a knob may stand at that value; what is no knob may at none, whatever an agent calls it. */
export function inRange(knob: KnobName, value: unknown): boolean {
  if (value === undefined || !Object.hasOwn(knobValues.shape, knob)) return false;
  return knobValues.shape[knob].safeParse(value).success;
}

/** Under which name a script finds a knob's value: `CLOCKWORK_KNOB_TIMEOUT_S`. */
export function knobVariable(knob: KnobName): string {
  return `CLOCKWORK_KNOB_${knob.toUpperCase()}`;
}

/** The environment of a step with these values. */
export function knobEnvironment(values: KnobValues): Readonly<Record<string, string>> {
  const set = knobNames.filter((knob) => values[knob] !== undefined);
  return Object.fromEntries(set.map((knob) => [knobVariable(knob), String(values[knob])]));
}

/** A script's head is where its declaration is looked for: nobody reads further to see what may be turned. */
const headLines = 20;
const declaration = /^\s*(?:#|\/\/|\*)\s*clockwork:knobs((?:\s+[a-z_]+=\S+)*)\s*$/;

/** The knobs that a script declares, with its defaults; those it cannot have, and defaults out of range, are none. */
export function declaredKnobs(script: string): KnobValues {
  const line = script
    .split("\n", headLines)
    .map((text) => declaration.exec(text)?.[1])
    .find((words) => words !== undefined);
  const values: Record<string, string | number> = {};
  for (const word of (line ?? "").split(/\s+/).filter((w) => w !== "")) {
    const [name = "", text = ""] = splitOnce(word);
    const knob = knobNames.find((k) => k === name);
    const value = knob === "healthcheck_path" ? text : Number(text);
    if (knob && inRange(knob, value)) values[knob] = value;
  }
  return values;
}

function splitOnce(word: string): readonly [string, string] {
  const at = word.indexOf("=");
  return [word.slice(0, at), word.slice(at + 1)];
}

/** The line that declares them; `comment` is how the language starts one. */
export function knobDeclaration(comment: "#" | "//", defaults: KnobValues): string {
  const words = knobNames.flatMap((knob) =>
    defaults[knob] === undefined ? [] : [`${knob}=${defaults[knob]}`],
  );
  return [comment, "clockwork:knobs", ...words].join(" ");
}
