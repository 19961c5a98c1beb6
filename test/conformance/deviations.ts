import type { Answer } from "./answer.ts";

export interface Deviation {
  /** Ours. */
  readonly answer: Answer;
  readonly why: string;
}

/** Where we differ from Terraform on purpose, by the expression. */
export const deviations: ReadonlyMap<string, Deviation> = new Map<string, Deviation>([
  [
    "1e999999999",
    {
      answer: { error: "invalid-expression: The number is too large or too small" },
      why: "+Inf; numbers beyond 1e10000 are refused, there is no writing them out",
    },
  ],
  [
    "-1e999999999",
    {
      answer: { error: "invalid-expression: The number is too large or too small" },
      why: "as above",
    },
  ],
  [
    'tonumber("1e999999999")',
    {
      answer: { error: 'wrong-arguments: tonumber: a number is required, "1e999999999" is none' },
      why: "as above",
    },
  ],
]);
