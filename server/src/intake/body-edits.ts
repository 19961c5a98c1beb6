/** Repairs of what stands in a body under the wrong name or in the wrong form. */
import type { Fix } from "../diagnostics/diagnostic.ts";
import type { Origin } from "../diagnostics/span.ts";
import type { Attribute, Block, Body } from "../syntax/ast.ts";

/** A memo, not a state: bodies are immutable, and one may have thousands of mistyped names. */
const presentNames = new WeakMap<Body, ReadonlySet<string>>();

/** The names that a body does not have yet: what a mistyped one can be changed to. */
export function notIn(body: Body, names: readonly string[]): string[] {
  const present =
    presentNames.get(body) ??
    new Set(body.items.map((i) => (i.type === "block" ? i.keyword.name : i.name.name)));
  presentNames.set(body, present);
  return names.filter((name) => !present.has(name));
}

/** `env { A = 1 }` as `env = { A = 1 }`: certain where the block holds values only. */
export function asAttribute(block: Block, origin: Origin): Fix | undefined {
  const { keyword, labels, body } = block;
  if (labels.length > 0 || body.items.some((i) => i.type === "block")) return undefined;
  const span = { origin, start: keyword.end, end: keyword.end };
  return { title: `Write ${keyword.name} = { … }`, edits: [{ span, text: " =" }] };
}

/** `port = { … }` as `port { … }`: certain where the object is written with a bare name on each line. */
export function asBlock({ name, value }: Attribute, origin: Origin): Fix | undefined {
  // Two items of an object may stand on one line, with a comma that no block has.
  if (value.type !== "object" || value.items.length > 1) return undefined;
  if (value.items.some(({ key }) => key.type !== "variable")) return undefined;
  const span = { origin, start: name.end, end: value.start };
  return { title: `Write ${name.name} { … }`, edits: [{ span, text: " " }] };
}
