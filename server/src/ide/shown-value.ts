/** Values as an editor shows them: cut where they are long, never a sensitive one. */
import { renderValue } from "../intake/render.ts";
import type { Value } from "../intake/value.ts";

/** Undefined where nothing is known, not even that it will be: a mistake is told elsewhere. */
export function shownValue(value: Value, most: number): string | undefined {
  if (value.sensitive) return "(sensitive value)";
  if (value.kind === "unknown") {
    const [only, ...more] = value.parts ?? [];
    const name = typeof only === "object" && more.length === 0 ? ` ${only.address}.${only.output}` : "";
    return value.type.kind === "dynamic" && !value.parts
      ? undefined
      : `(known after apply)${name === "" ? "" : `,${name}`}`;
  }
  const text = renderValue(value);
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}
