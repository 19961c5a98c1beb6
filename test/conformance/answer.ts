/** What an evaluator says of an expression, in the words of `terraform console`. */
export type Answer = Value | Refusal;

export interface Value {
  /** As `type(EXPR)` prints it. */
  readonly type: string;
  /** As the console prints it as an attribute of an object: heredocs are indented. */
  readonly text: string;
}

export interface Refusal {
  /** The summary of the first error. */
  readonly error: string;
}

export const isRefusal = (answer: Answer): answer is Refusal => "error" in answer;
