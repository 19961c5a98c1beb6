import type { RunEvent } from "../../../server/src/protocol.ts";

/** What an event of `verify` means for the check of a step. */
export type CheckNews =
  | { readonly kind: "started"; readonly step: string }
  | { readonly kind: "output"; readonly step: string; readonly text: string }
  | { readonly kind: "passed"; readonly step: string; readonly ms: number }
  | ({ readonly kind: "failed"; readonly step: string; readonly ms: number } & Failure)
  /** It did not come to it: interrupted, or what it needs did not succeed. */
  | { readonly kind: "skipped"; readonly step: string; readonly why?: string }
  /** Nothing can be verified: of the files, the machine or the call. */
  | { readonly kind: "refused"; readonly message: string };

export interface Failure {
  readonly message: string;
  /** With `actual`, where the check compares two values. */
  readonly expected?: string;
  readonly actual?: string;
}

/** Reads the events of one run of `verify`, in their order. */
export class CheckResults {
  /** The last line of each running step that begins with its id: why it gives up, in the words of our checks. */
  readonly #reasons = new Map<string, string>();
  /** Failed steps are told as problems too; those are known already. */
  #started = false;

  take(event: RunEvent): CheckNews | undefined {
    switch (event.type) {
      case "step-started":
        this.#started = true;
        this.#reasons.delete(event.id);
        return { kind: "started", step: event.id };
      case "step-output": {
        for (const line of event.text.split("\n")) {
          if (line.startsWith(`${event.id}: `)) this.#reasons.set(event.id, line.slice(event.id.length + 2));
        }
        return { kind: "output", step: event.id, text: event.text };
      }
      case "step-finished":
        return this.#finished(event);
      case "diagnostic": {
        const { severity, message, hint } = event.diagnostic;
        if (this.#started || severity !== "error") return undefined;
        return { kind: "refused", message: [message, hint].filter((text) => text !== undefined).join("\n") };
      }
      default:
        return undefined;
    }
  }

  #finished({ id, outcome, ms, message, hint }: Extract<RunEvent, { type: "step-finished" }>): CheckNews {
    const why = message === undefined ? {} : { why: message };
    if (outcome === "succeeded") return { kind: "passed", step: id, ms };
    if (outcome === "skipped" || outcome === "cancelled") return { kind: "skipped", step: id, ...why };
    const reason = this.#reasons.get(id);
    const told = [message ?? outcome, hint].filter((text) => text !== undefined).join("\n");
    const failure = outcome === "failed" && reason !== undefined ? failureOf(reason) : { message: told };
    return { kind: "failed", step: id, ms, ...failure };
  }
}

/** A check that wants a number says `expected status 200 from URL, got 404`; what others want is no value to compare with. */
export function failureOf(reason: string): Failure {
  const [, what, expected, actual] = /^expected (status|exit code) (\d+) .+, got (\d+)$/s.exec(reason) ?? [];
  return what === undefined
    ? { message: reason }
    : { message: reason, expected: `${what} ${expected}`, actual: `${what} ${actual}` };
}
