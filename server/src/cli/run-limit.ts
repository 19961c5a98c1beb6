import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { positiveDuration } from "./options.ts";

/** How long the steps of a run may take together: then it is ended as by Ctrl-C. */
export interface RunLimit {
  /** Starts the clock; the signal is that of a person's wish to stop or of the time that is over. */
  readonly start: (interrupt: AbortSignal) => AbortSignal;
  /** What is to be said when it was over. */
  readonly problems: () => readonly Diagnostic[];
}

/** Longest delay that timers know: 2^31-1 ms, 24 days. */
const longestMs = 2_147_483_647;

/** @param text `--timeout`; a run without takes as long as it takes */
export function runLimit(text: string | undefined): RunLimit {
  if (text === undefined) return { start: (interrupt) => interrupt, problems: () => [] };
  const ms = positiveDuration("--timeout", text);
  let over: AbortSignal | undefined;
  return {
    start: (interrupt) => {
      over = AbortSignal.timeout(Math.min(ms, longestMs));
      return AbortSignal.any([interrupt, over]);
    },
    problems: () => (over?.aborted ? [tooLong(text)] : []),
  };
}

function tooLong(text: string): Diagnostic {
  return diagnostic("step-timeout", `The steps took longer than --timeout ${text}`, {
    hint: "What was done is recorded. Run the same command again: it goes on from there.",
  });
}
