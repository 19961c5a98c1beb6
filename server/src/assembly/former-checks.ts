/**
 * A check's fingerprint covers its step's id and the names of the run-time values it is told; both follow from addresses. After
 * a move the check is the same one when it would have had the recorded fingerprint under the former names.
 */
import type { Ir } from "../intake/ir.ts";
import type { State, VerifyRecord } from "../state/state.ts";
import type { JsonValue } from "./actions.ts";
import { recordedOutputs } from "./changes.ts";
import { evaluateComputed } from "./computed.ts";
import type { Relocation } from "./relocate.ts";
import type { Seal } from "./sealed.ts";
import { checkFingerprint, verifyStep } from "./steps.ts";

/** The state in which checks that are the same ones have their present fingerprints. */
export function withFormerChecks(
  ir: Ir,
  { state, former, steps, names }: Relocation,
  seal: Seal,
): State | undefined {
  if (!state || former.size === 0) return state;
  const formerNames = inverted(names);
  const formerSteps = inverted(steps);
  const verifies: Record<string, VerifyRecord> = { ...state.verifies };
  for (const verify of ir.verifies) {
    const record = Object.hasOwn(verifies, verify.address) ? verifies[verify.address] : undefined;
    if (!record) continue;
    const { action } = verifyStep(ir.kinds, verify);
    const { kept: env } = evaluateComputed(ir.kinds, verify, action, recordedOutputs(state), seal);
    const id = action.id ?? action.name;
    const before = {
      ...action,
      id: formerSteps.get(id) ?? id,
      args: renamed(action.args, formerNames) as typeof action.args,
    };
    const formerEnv = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [formerNames.get(name) ?? name, value]),
    );
    if (record.fingerprint !== checkFingerprint(ir.kinds, before, formerEnv)) continue;
    verifies[verify.address] = { ...record, fingerprint: checkFingerprint(ir.kinds, action, env) };
  }
  return { ...state, verifies };
}

function inverted(map: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...map].map(([a, b]) => [b, a]));
}

/** Names of run-time values stand as the whole of an `…Var` argument, or as `${NAME}` in a text. */
function renamed(value: JsonValue, names: ReadonlyMap<string, string>): JsonValue {
  if (typeof value === "string")
    return value.replace(/\$\$\{|\$\{([A-Z][A-Z0-9_]*)\}/g, (all, name: string | undefined) =>
      name === undefined ? all : `\${${names.get(name) ?? name}}`,
    );
  if (Array.isArray(value)) return value.map((item) => renamed(item, names));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      key.endsWith("Var") && typeof field === "string" ? (names.get(field) ?? field) : renamed(field, names),
    ]),
  );
}
