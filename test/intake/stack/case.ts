import type { VariableInputs } from "../../../server/src/intake/load.ts";

/** What a stack is told: `code: message` and, after `@`, the text that is marked. */
export interface Case {
  readonly name: string;
  readonly given: string | Readonly<Record<string, string>>;
  readonly told: readonly string[];
  readonly inputs?: Partial<VariableInputs>;
}
