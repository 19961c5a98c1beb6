/** A state beside the source: what is recorded, and which block makes it. Sensitive values are masked here, once for all. */
import { isSealed } from "../assembly/sealed.ts";
import { blockValue, inlineValue } from "../assembly/view/value.ts";
import type { Span } from "../diagnostics/span.ts";
import { compareAddresses } from "../intake/address.ts";
import { declared } from "../intake/declared.ts";
import type { Folder } from "../intake/folder.ts";
import type { Ir } from "../intake/ir.ts";
import type { Json } from "../intake/value.ts";
import type { State } from "../state/state.ts";

/** What the files of a stack say. */
export interface Files {
  /** Undefined where there are none. */
  readonly root: Folder | undefined;
  readonly ir: Pick<Ir, "resources" | "verifies" | "outputs">;
  /** False where mistakes hide what there is. */
  readonly isWhole: boolean;
}

export interface Recorded<Status> {
  readonly address: string;
  readonly status: Status;
  /** False for what the files do not make any more, also where its block is left. */
  readonly isDeclared: boolean;
  /** The header of its block. */
  readonly span?: Span;
}

export interface RecordedResource extends Recorded<"ok" | "tainted" | "unknown"> {
  readonly kind: string;
  readonly inputs: readonly ShownValue[];
  readonly outputs: readonly ShownValue[];
  readonly dependsOn: readonly string[];
}

export interface ShownValue {
  readonly name: string;
  readonly text: string;
  /** Where one line is not enough. */
  readonly block?: string;
  /** A text without quotes; absent for sensitive values. */
  readonly plain?: string;
  /** The header of an output's block. */
  readonly span?: Span;
}

export interface RecordedState {
  readonly resources: readonly RecordedResource[];
  readonly checks: readonly Recorded<"ok" | "failed">[];
  readonly outputs: readonly ShownValue[];
}

export function recordedState(state: State, files: Files): RecordedState {
  const { ir } = files;
  const made = new Set([...ir.resources, ...ir.verifies].map(({ address }) => address));
  const recorded = <S>(address: string, status: S): Recorded<S> => {
    const span = files.root && declared(files.root, address)?.span;
    const isDeclared = made.has(address) || (!files.isWhole && span !== undefined);
    return { address, status, isDeclared, ...(span && { span }) };
  };
  const outputSpans = new Map(ir.outputs.map(({ name, span }) => [name, span]));
  return {
    resources: inOrder(state.resources).map(([address, { kind, status, inputs, outputs, dependsOn }]) => ({
      ...recorded(address, status),
      kind,
      inputs: shownValues(inputs),
      outputs: shownValues(outputs),
      dependsOn,
    })),
    checks: inOrder(state.verifies).map(([address, { status }]) => recorded(address, status)),
    outputs: shownValues(state.outputs).map((value) => {
      const span = outputSpans.get(value.name);
      return { ...value, ...(span && { span }) };
    }),
  };
}

const inOrder = <T>(records: Readonly<Record<string, T>>): readonly (readonly [string, T])[] =>
  Object.entries(records).sort(([a], [b]) => compareAddresses(a, b));

function shownValues(values: Readonly<Record<string, Json>>): readonly ShownValue[] {
  const entries = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, value]) => {
    const text = inlineValue(value);
    const block = blockValue(value, "");
    const plain = typeof value === "string" ? value : text;
    return { name, text, ...(block !== text && { block }), ...(!isSealed(value) && { plain }) };
  });
}
