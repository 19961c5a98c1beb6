/**
 * What tools answer a language model: plain text and JSON, short enough for its context. Sensitive values are masked already
 * where they come from.
 */
import type { DiagnosticRecord, PlannedChange, PlanRecord, RunEvent, ToolAnswer } from "../protocol.ts";

/** Most that one answer takes, in UTF-16 code units. */
export const maxAnswer = 20_000;

/** Cuts at the end of a line, and says so. */
export function capped(text: string): string {
  if (text.length <= maxAnswer) return text;
  const end = text.lastIndexOf("\n", maxAnswer);
  const kept = text.slice(0, end > 0 ? end : maxAnswer);
  return `${kept}\n… ${text.length - kept.length} more characters; ask about less, such as one address.`;
}

export function problemsText(problems: readonly DiagnosticRecord[]): string {
  if (problems.length === 0) return "No problems.";
  return capped(
    problems
      .map(({ severity, code, message, hint, file, range }) => {
        const place =
          file === undefined ? "" : `${file}${range ? `:${range.start.line}:${range.start.column}` : ""}: `;
        return `${place}${severity}[${code}]: ${message}${hint === undefined ? "" : `\n  ${hint.replaceAll("\n", "\n  ")}`}`;
      })
      .join("\n"),
  );
}

/** Changes without their attributes, and the steps in their order. */
export function planText(plan: PlanRecord): string {
  const changes = plan.changes.filter(({ action }) => action !== "none");
  const lines = changes.map(({ address, action, reason, isCheck }) =>
    isCheck ? `  check ${address}: ${reason}` : `  ${action} ${address}: ${reason}`,
  );
  const steps = plan.steps.map(
    ({ id, needs }) => `  ${id}${needs.length > 0 ? ` (after ${needs.join(", ")})` : ""}`,
  );
  return capped(
    [
      ...(plan.stale === undefined
        ? []
        : [`This is not the plan of the files as they are now: ${plan.stale}`]),
      `Plan${plan.planId === undefined ? "" : ` ${plan.planId}`}: ${plan.summary.text}`,
      ...lines,
      ...(steps.length > 0 ? ["Steps, in their order:", ...steps] : []),
    ].join("\n"),
  );
}

/** One change with its attributes and steps, as JSON; undefined where the plan has no such address. */
export function changeText({ changes, steps, stale }: PlanRecord, address: string): string | undefined {
  const change = changes.find((c) => c.address === address);
  if (!change) return undefined;
  const { place, ...told }: PlannedChange = change;
  const own = new Set(change.steps);
  return capped(
    JSON.stringify(
      {
        ...(stale !== undefined && { stale }),
        ...told,
        ...(place && { block: { uri: place.uri, line: place.range.start.line } }),
        steps: steps.filter(({ id }) => own.has(id)).map(({ id, needs }) => ({ id, needs })),
      },
      null,
      1,
    ),
  );
}

/** A change's text, or that there is none. */
export function explained(plan: PlanRecord, address: string): ToolAnswer {
  const text = changeText(plan, address);
  if (text !== undefined) return { text };
  const addresses = plan.changes.map((change) => change.address);
  return { isError: true, text: capped(`The plan has no ${address}, only: ${addresses.join(", ")}`) };
}

/** How the checks of a run ended, by its events. */
export function checksText(events: readonly RunEvent[]): ToolAnswer {
  const lines = events.flatMap((event) => (event.type === "step-finished" ? checkLine(event) : []));
  if (lines.length > 0) return { text: capped(lines.join("\n")) };
  const problems = events.flatMap((event) => (event.type === "diagnostic" ? event.diagnostic : []));
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) return { isError: true, text: problemsText(errors) };
  return { text: "The stack has no checks." };
}

function checkLine({ id, outcome, ms, message, hint }: Extract<RunEvent, { type: "step-finished" }>): string {
  if (outcome === "succeeded") return `passed ${id} (${ms} ms)`;
  const why = [message, hint].filter((text) => text !== undefined).join("\n  ");
  if (outcome === "skipped" || outcome === "cancelled") return `skipped ${id}${why === "" ? "" : `: ${why}`}`;
  return `failed ${id} (${ms} ms): ${why === "" ? outcome : why}`;
}
