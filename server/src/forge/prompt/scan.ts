/** The last look at a request before it leaves the machine: nothing that is a secret goes out, in whatever form it stands there. */
import { type Diagnostic, diagnostic } from "../../diagnostics/diagnostic.ts";
import { secretIn } from "../../intake/schema/secrets.ts";
import { maskText } from "../mask.ts";
import type { Part } from "./part.ts";

/** A value that must not leave, and what it is called. */
export interface KnownSecret {
  /** `the variable "password"`, `the environment variable AWS_SECRET_ACCESS_KEY`. */
  readonly what: string;
  readonly value: string;
}

/** One problem for each part that holds a secret; empty if the request may go. */
export function scan(parts: readonly Part[], known: readonly KnownSecret[]): readonly Diagnostic[] {
  const values = new Set(known.map(({ value }) => value));
  return parts.flatMap(({ where, text }) => {
    const found = secretIn(text)?.what ?? (maskText(text, values) === text ? undefined : nameOf(text, known));
    return found === undefined ? [] : [problem(where, found)];
  });
}

function nameOf(text: string, known: readonly KnownSecret[]): string {
  const found = known.find(({ value }) => maskText(text, new Set([value])) !== text);
  return found ? `the value of ${found.what}` : "a value that is secret";
}

function problem(where: string, what: string): Diagnostic {
  return diagnostic("agent-secret", `Nothing was sent to the agent: ${what} stands in ${where}`, {
    hint: "Take it out: declare a variable with sensitive = true, or use secret(…), so that only its name is passed on. Or build this step with --compiler builtin.",
  });
}
