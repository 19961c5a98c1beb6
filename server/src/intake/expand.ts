import { diagnostic } from "../diagnostics/diagnostic.ts";
import { type InstanceKey, type Instances, isTemplate, type ModuleInstance } from "./instances.ts";
import { codeOf, keysFrom, maxInstances, type Repeat } from "./repeat.ts";
import type { Report } from "./scope.ts";
import { type ModuleDeclaration, type NodeDeclaration, spanOf } from "./stack.ts";
import type { RuntimeReference, Value } from "./value.ts";
import { isWhollyKnown } from "./values.ts";

export interface Expanding {
  readonly block: NodeDeclaration | ModuleDeclaration;
  /** Where the block stands. */
  readonly module: ModuleInstance;
  /** Of its count or for_each. */
  readonly value: Value;
  readonly report: Report;
  /** The run-time value that it is not known for; undefined where there is none or it cannot be said. */
  readonly runtime: () => RuntimeReference | undefined;
  /** Whether there is another reason, which is no mistake or has been reported. */
  readonly isExcused: () => boolean;
  /** How many instances there may still be. */
  readonly room: number;
  /** Told when that is too few. */
  readonly crowded: () => void;
}

/** The instances that a value of `count` or `for_each` makes. */
export function expand<T>(expanding: Expanding, make: (key?: InstanceKey, each?: Value) => T): Instances<T> {
  const keys = keysOf(expanding);
  const byKey = new Map<InstanceKey, T>();
  for (const key of keys ?? []) byKey.set(key, make(key, eachValue(expanding.value, key)));
  const list = [...byKey.values()];
  return { list, byKey, isKnown: keys !== undefined, ...(list.length === 0 && { template: make() }) };
}

function keysOf(expanding: Expanding): readonly InstanceKey[] | undefined {
  const { block, value, report } = expanding;
  if (!block.repeat) throw new Error(`${block.address} is there once`);
  if (isOpen(value)) {
    reportOpen(expanding, block.repeat);
    return undefined;
  }
  const keys = keysFrom(block.repeat, value, report);
  if (!keys || keys.length <= expanding.room) return keys;
  expanding.crowded();
  const message = `${block.repeat.mode}: with this the stack has more than ${maxInstances} instances`;
  report(
    diagnostic(codeOf(block.repeat), message, { span: spanOf(block.repeat.origin, block.repeat.expression) }),
  );
  return undefined;
}

/** Whether the keys are not known yet. */
function isOpen(value: Value): boolean {
  return value.kind === "unknown" || (value.kind === "set" && value.items.some((i) => i.kind === "unknown"));
}

/** Unless it is not known because of a mistake, which has been reported. */
function reportOpen({ block, module, report, runtime, isExcused }: Expanding, repeat: Repeat): void {
  if (isTemplate({ module })) return;
  const source = runtime();
  if (!source && isExcused()) return;
  const what = repeat.mode === "count" ? "the number of instances" : "the keys of instances";
  report(
    diagnostic("not-known-yet", `${repeat.mode}: ${what} must be known while planning`, {
      span: spanOf(repeat.origin, repeat.expression),
      hint: !source
        ? `Make ${block.address}'s instances from variables, local values and literals; values that a step makes may stand in a map's values, not in its keys.`
        : `${source.address}.${source.output} is known only when a step has run. It may stand in a map's values, not in its keys.`,
    }),
  );
}

/** Where it is known now, so that it need not be found again for each instance. */
function eachValue(value: Value, key: InstanceKey): Value | undefined {
  if (value.kind === "set" && typeof key === "string") return { kind: "string", value: key };
  if (value.kind !== "object" && value.kind !== "map") return undefined;
  const field = value.fields.get(String(key));
  return field && isWhollyKnown(field) ? field : undefined;
}
