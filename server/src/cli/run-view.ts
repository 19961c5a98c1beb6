/** Shows a run as it happens: on the terminal, as NDJSON on stdout, and in an events file for the editor. */
import { type Action, actionId } from "../assembly/actions.ts";
import { type Code, codes } from "../diagnostics/codes.ts";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { renderDiagnostics, type SourceText, toRecord } from "../diagnostics/render.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Ir } from "../intake/ir.ts";
import type { Json } from "../intake/value.ts";
import type { RunCommand, RunEvent } from "../protocol.ts";
import { type CliContext, type ExitCode, exitCodes, tell } from "./context.ts";
import { type EventFile, type EventFlags, openEvents } from "./event-file.ts";
import { runId } from "./options.ts";
import { problemOf } from "./problem.ts";
import { printEvent } from "./views/json.ts";
import { runScreen } from "./views/run-screen.ts";

export interface RunView {
  readonly runId: string;
  readonly command: RunCommand;
  readonly onEvent: (event: RunEvent) => void;
  /** Problems that are no step's: on stderr, and as events. Returns whether there was an error. */
  readonly tell: (diagnostics: readonly Diagnostic[], texts: SourceText) => boolean;
  /** Text for people; nothing with `--json`. */
  readonly say: (text: string) => void;
  /** From now on the problem of a failed step is shown at the block that it comes from. */
  readonly locate: (ir: Ir, steps: readonly Action[], texts: SourceText) => void;
}

export interface End {
  readonly exitCode: ExitCode;
  readonly outputs: Readonly<Record<string, Json>>;
}

/** Runs something with a view. However it ends, the last event is `done`, and what its user can mend is told. */
export async function withRunView(
  context: CliContext,
  flags: EventFlags,
  command: RunCommand,
  run: (view: RunView) => Promise<End>,
): Promise<End> {
  const events = await openEvents(context, flags);
  const { view, close } = openView(context, flags.json === true, events, command);
  let end: End = { exitCode: exitCodes.error, outputs: {} };
  try {
    view.onEvent({ type: "run", runId: view.runId, command, pid: context.pid });
    end = await run(view);
  } catch (error) {
    const problem = problemOf(error, context.cwd);
    if (!problem) throw error;
    view.tell([problem], () => undefined);
  } finally {
    view.onEvent({ type: "done", ...end });
    await close();
  }
  return end;
}

function openView(context: CliContext, json: boolean, events: EventFile, command: RunCommand) {
  const live = context.interactive && !json;
  const { color, unicode, width } = context;
  const screen = runScreen({ live, width, color: color.out, unicode });
  const now = () => context.host.clock.now();
  const timer = live ? setInterval(() => context.out(screen.tick(now())), 100) : undefined;
  let blocks: Blocks = { spans: new Map(), texts: () => undefined };
  const logs = new Map<string, string>();
  const record = (event: RunEvent) => {
    events.write(event);
    if (json) context.out(printEvent(event));
  };
  const recordProblem = (d: Diagnostic, texts: SourceText) =>
    record({ type: "diagnostic", diagnostic: toRecord(d, d.span && texts(d.span.origin.file)) });
  const tellStep = (event: StepFinished) => {
    recordProblem(stepProblem(event, event.hint, blocks.spans), blocks.texts);
    // The screen has just shown the log's end and its path.
    const log = logs.get(event.id);
    const shown = !json && log !== undefined && event.hint?.includes(log) === true;
    const problem = stepProblem(event, shown ? undefined : event.hint, blocks.spans);
    if (live) context.out(screen.clear());
    const options = { color: color.err, width: width(), sum: false };
    context.err(renderDiagnostics([problem], blocks.texts, options));
  };
  const view: RunView = {
    runId: runId(context),
    command,
    onEvent: (event) => {
      record(event);
      if (event.type === "step-started") logs.set(event.id, event.log);
      if (!json) context.out(screen.event(event, now()));
      if (event.type === "step-finished" && (event.outcome === "failed" || event.outcome === "timed-out"))
        tellStep(event);
    },
    tell: (diagnostics, texts) => {
      for (const d of diagnostics) recordProblem(d, texts);
      if (live) context.out(screen.clear());
      return tell(context, diagnostics, texts);
    },
    say: (text) => {
      if (!json) context.out(text);
    },
    locate: (ir, steps, texts) => {
      blocks = { spans: spansOf(ir, steps), texts };
    },
  };
  const close = async () => {
    clearInterval(timer);
    if (live) context.out(screen.clear());
    await events.close();
  };
  return { view, close };
}

type StepFinished = Extract<RunEvent, { type: "step-finished" }>;

/** Where steps come from. */
interface Blocks {
  /** Headers of blocks by step id. */
  readonly spans: ReadonlyMap<string, Span>;
  readonly texts: SourceText;
}

function spansOf(ir: Ir, steps: readonly Action[]): ReadonlyMap<string, Span> {
  const nodes = new Map([...ir.resources, ...ir.verifies].map((n) => [n.address, n.span]));
  const spans = new Map<string, Span>();
  for (const step of steps) {
    const span = nodes.get(step.resource ?? "");
    if (span) spans.set(actionId(step), span);
  }
  return spans;
}

function stepProblem(
  event: StepFinished,
  hint: string | undefined,
  spans: ReadonlyMap<string, Span>,
): Diagnostic {
  const message = event.message ?? `Step "${event.id}" did not succeed`;
  const longer =
    event.outcome === "timed-out"
      ? `Should it take longer, say so with timeout = "10m" in its block or --timeout-per-step 10m.`
      : undefined;
  const hints = [hint, longer].filter((text) => text !== undefined).join("\n");
  const detail = { span: spans.get(event.id), hint: hints === "" ? undefined : hints };
  return diagnostic(isCode(event.code) ? event.code : "step-failed", message, detail);
}

function isCode(code: string | undefined): code is Code {
  return code !== undefined && Object.hasOwn(codes, code);
}
