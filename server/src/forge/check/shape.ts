import * as z from "zod/mini";
import { english } from "../../diagnostics/schema-messages.ts";
import type { Fault } from "./path.ts";

/**
 * The contract's outline, closed. Modes, commands and variables stay unknown here: their own rules judge them, with codes of
 * their own. (`forge/bundle.ts` has the contract itself; what passes the check has its form.)
 */
const proposal = z.strictObject({
  version: z.literal("1"),
  artifacts: z.array(
    z.strictObject({
      path: z.string(),
      mode: z.unknown(),
      purpose: z.string(),
      lang: z.string(),
      content: z.string(),
    }),
  ),
  steps: z.array(z.strictObject({ purpose: z.string(), run: z.strictObject({ cmd: z.unknown() }) })),
  vars: z.record(z.string(), z.unknown()),
});
export type Proposal = z.infer<typeof proposal>;

export function readShape(reply: unknown): { readonly value?: Proposal; readonly faults: readonly Fault[] } {
  const read = proposal.safeParse(reply, english);
  if (read.success) return { value: read.data, faults: [] };
  return {
    faults: read.error.issues.map((issue) => ({
      code: "B-SHAPE",
      says: `${place(issue.path)}: ${issue.message}`,
    })),
  };
}

/** `artifacts[3].lang`. */
function place(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return text === "" ? "the bundle" : text.replace(/^\./, "");
}

const maxNodes = 2_000_000;

/**
 * Looks at a reply that did not come as text (a tool's structured output): plain data, no deeper than `maxDepth`, no field
 * named `__proto__`, of bounded size. What came as text has passed the strict reader already.
 */
export function plainFault(reply: unknown, maxDepth: number): Fault | undefined {
  let nodes = 0;
  const visit = (value: unknown, depth: number): Fault | undefined => {
    if (++nodes > maxNodes) return { code: "B-SIZE", says: "has too many values" };
    if (typeof value !== "object" || value === null) return undefined;
    if (depth > maxDepth) return { code: "B-JSON", says: `is nested deeper than ${maxDepth} levels` };
    if (!isPlain(value)) return { code: "B-SHAPE", says: "has something that is not JSON" };
    for (const key of Object.keys(value)) {
      if (key === "__proto__") return { code: "B-SHAPE", says: 'has a field named "__proto__"' };
      const fault = visit(Reflect.get(value, key), depth + 1);
      if (fault) return fault;
    }
    return undefined;
  };
  return visit(reply, 1);
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
