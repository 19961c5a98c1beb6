/**
 * A run as people watch it: a reducer from events to finished lines, and the lines for what is still running. Pure; time
 * comes in with each event. `run-screen.ts` puts it on a terminal.
 */
import { cellsOf, printable, printableLine } from "../../diagnostics/printable.ts";
import { type Paint, painter, type Style } from "../../diagnostics/style.ts";
import type { AgentEvent, DiagnosticRecord, RunEvent, StepOutcome } from "../../protocol.ts";
import { type AskedAgent, agentLines, agentLive, asking } from "./agent.ts";
import { duration } from "./duration.ts";

export interface RunViewOptions {
  readonly color: boolean;
  /** False where the locale is not UTF-8: signs are ASCII then. */
  readonly unicode: boolean;
}

interface Running {
  readonly startedMs: number;
  readonly attempt: number;
  readonly log: string;
  /** The last lines it wrote, at most `tailLines`. */
  readonly tail: readonly string[];
}

export interface RunProgress {
  /** When the first step started. */
  readonly startedMs?: number;
  /** How many steps the plan has, once it is known. */
  readonly total?: number;
  /** By step id, in order of starting. */
  readonly running: ReadonlyMap<string, Running>;
  readonly finished: Readonly<Record<StepOutcome, number>>;
  /** Steps that failed or timed out, in order of ending. */
  readonly broken: readonly string[];
  /** While an agent is asked. */
  readonly agent?: AskedAgent;
}

export const noProgress: RunProgress = {
  running: new Map(),
  finished: { succeeded: 0, failed: 0, "timed-out": 0, cancelled: 0, skipped: 0 },
  broken: [],
};

/** Lines of a failed step's log that are shown; the log has the rest. */
const tailLines = 10;
/** Files of a build that are named one by one. */
const mostFiles = 20;

type Event<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;

/** What an event changes, and the lines it leaves on the screen for good. */
export function advance(
  progress: RunProgress,
  event: RunEvent,
  nowMs: number,
  options: RunViewOptions,
): { progress: RunProgress; lines: readonly string[] } {
  const paint = painter(options.color);
  switch (event.type) {
    case "run":
      return { progress, lines: [] };
    case "plan":
      return { progress: { ...progress, total: event.steps.length }, lines: [] };
    case "build":
      return { progress, lines: buildLines(event, paint) };
    case "agent-asking":
    case "agent-progress":
    case "agent-answered":
    case "agent-ended":
      return { progress: withAgent(progress, event, nowMs), lines: agentLines(event, paint) };
    case "step-started":
      return started(progress, event, nowMs, options);
    case "step-output":
      return { progress: withOutput(progress, event), lines: [] };
    case "step-finished":
      return finished(progress, event, options);
    case "diagnostic":
      return { progress, lines: diagnosticLines(event.diagnostic, paint) };
    case "done":
      return { progress, lines: doneLines(progress, event, nowMs, paint, options) };
  }
}

/** More running steps than this are counted. */
const mostLive = 8;
const frames = { unicode: [..."⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"], ascii: [..."-\\|/"] };
/** How long a frame of the turning sign stays, in milliseconds. */
const frameMs = 100;

/** A line for each running step with its time and its last line of output, cut to the width. */
export function liveLines(
  progress: RunProgress,
  nowMs: number,
  options: RunViewOptions & { readonly width: number },
): readonly string[] {
  const paint = painter(options.color);
  const set = options.unicode ? frames.unicode : frames.ascii;
  const sign = set[Math.floor(nowMs / frameMs) % set.length] ?? "";
  const { agent } = progress;
  if (agent) return [`${paint("cyan", sign)} ${cutTo(agentLive(agent, nowMs), options.width - 3)}`];
  const shown = [...progress.running].slice(0, mostLive).map(([id, step]) => {
    const again = step.attempt > 1 ? ` attempt ${step.attempt}` : "";
    const head = `${printableLine(id)} ${duration(nowMs - step.startedMs)}${again}`;
    const last = step.tail.at(-1) ?? "";
    const text = cutTo(`${head}  ${last}`.trimEnd(), options.width - 3);
    return `${paint("cyan", sign)} ${text.slice(0, head.length)}${paint("dim", text.slice(head.length))}`;
  });
  const more = progress.running.size - shown.length;
  return more > 0 ? [...shown, cutTo(`  and ${more} more`, options.width - 1)] : shown;
}

function withAgent(progress: RunProgress, event: AgentEvent, nowMs: number): RunProgress {
  const agent = asking(progress.agent, event, nowMs);
  return agent ? { ...progress, agent } : withoutAgent(progress);
}

function withoutAgent({ agent: _, ...progress }: RunProgress): RunProgress {
  return progress;
}

function started(
  progress: RunProgress,
  event: Event<"step-started">,
  nowMs: number,
  options: RunViewOptions,
) {
  const previous = progress.running.get(event.id);
  const running = new Map(progress.running).set(event.id, {
    startedMs: previous?.startedMs ?? nowMs,
    attempt: event.attempt,
    log: event.log,
    tail: previous?.tail ?? [],
  });
  const sign = painter(options.color)("yellow", options.unicode ? "↻" : "o");
  const lines = event.attempt > 1 ? [`${sign} ${printableLine(event.id)} attempt ${event.attempt}`] : [];
  return { progress: { ...progress, running, startedMs: progress.startedMs ?? nowMs }, lines };
}

function withOutput(progress: RunProgress, event: Event<"step-output">): RunProgress {
  const step = progress.running.get(event.id);
  if (!step) return progress;
  const fresh = event.text.replace(/\r?\n$/, "").split(/\r?\n/);
  const tail = [...step.tail, ...fresh.map(printableLine)].slice(-tailLines);
  return { ...progress, running: new Map(progress.running).set(event.id, { ...step, tail }) };
}

interface Sign {
  readonly unicode: string;
  readonly ascii: string;
  readonly style: Style;
}
const signs: Readonly<Record<StepOutcome, Sign>> = {
  succeeded: { unicode: "✓", ascii: "ok", style: "green" },
  failed: { unicode: "✗", ascii: "x", style: "bold-red" },
  "timed-out": { unicode: "✗", ascii: "x", style: "bold-red" },
  cancelled: { unicode: "–", ascii: "-", style: "yellow" },
  skipped: { unicode: "–", ascii: "-", style: "dim" },
};

function finished(before: RunProgress, event: Event<"step-finished">, options: RunViewOptions) {
  const paint = painter(options.color);
  const { outcome } = event;
  const step = before.running.get(event.id);
  const running = new Map(before.running);
  running.delete(event.id);
  const trouble = outcome === "failed" || outcome === "timed-out";
  const progress: RunProgress = {
    ...before,
    running,
    finished: { ...before.finished, [outcome]: before.finished[outcome] + 1 },
    broken: trouble ? [...before.broken, event.id] : before.broken,
  };
  const head = `${mark(outcome, paint, options)} ${printableLine(event.id)}${outcomeText(event)}`;
  const tail = trouble ? endOfLog(event, step?.tail ?? []) : [];
  const lines = [
    head,
    ...tail.map((line) => paint("dim", `    | ${line}`.trimEnd())),
    ...(trouble && step ? [`    ${paint("dim", "log:")} ${printableLine(step.log)}`] : []),
  ];
  return { progress, lines };
}

function mark(outcome: StepOutcome, paint: Paint, options: RunViewOptions): string {
  const sign = signs[outcome];
  return paint(sign.style, options.unicode ? sign.unicode : sign.ascii);
}

/** Without the core's own words, which it writes into the log as well: they follow as a problem of their own. */
function endOfLog(event: Event<"step-finished">, tail: readonly string[]): readonly string[] {
  const said = event.message === undefined ? [] : printable(event.message).split("\n");
  return tail.filter((line) => !said.includes(line.replace(/^clockwork: /, "")));
}

function outcomeText(event: Event<"step-finished">): string {
  const time = ` ${duration(event.ms)}`;
  const message = event.message === undefined ? "" : ` (${printableLine(event.message)})`;
  switch (event.outcome) {
    case "succeeded":
      return time;
    case "failed":
      return ` failed${event.exitCode === undefined ? "" : ` (exit ${event.exitCode})`}${time}`;
    case "timed-out":
      return ` timed out${time}`;
    case "cancelled":
      return ` cancelled${message}`;
    case "skipped":
      return ` skipped${message}`;
  }
}

function buildLines(event: Event<"build">, paint: Paint): readonly string[] {
  const { written, kept, merged, conflicts } = event;
  const counts = [
    `${written.length} written`,
    ...(kept.length > 0 ? [`${kept.length} kept`] : []),
    ...(merged.length > 0 ? [`${merged.length} merged with your edits`] : []),
    ...(conflicts.length > 0 ? [`${conflicts.length} in conflict`] : []),
  ];
  const list = (sign: string, style: Style, paths: readonly string[], note: string) => [
    ...paths.slice(0, mostFiles).map((path) => `  ${paint(style, sign)} ${printableLine(path)}${note}`),
    ...(paths.length > mostFiles ? [`    and ${paths.length - mostFiles} more`] : []),
  ];
  return [
    `${paint("bold", "Build:")} ${counts.join(", ")} in .clockwork/build.`,
    ...list("+", "green", written, ""),
    ...list("~", "yellow", merged, "  (merged with your edits)"),
    ...list("!", "bold-red", conflicts, "  (changed by you and by the compiler: both are kept)"),
  ];
}

const severities: Readonly<Record<DiagnosticRecord["severity"], Style>> = {
  error: "bold-red",
  warning: "bold-yellow",
  info: "bold-cyan",
  hint: "bold-cyan",
};

function diagnosticLines(d: DiagnosticRecord, paint: Paint): readonly string[] {
  const place = d.range ? `:${d.range.start.line}:${d.range.start.column}` : "";
  return [
    `${paint(severities[d.severity], `${d.severity}[${d.code}]`)}${paint("bold", `: ${printableLine(d.message)}`)}`,
    ...(d.file === undefined ? [] : [` ${paint("bold-blue", "-->")} ${printableLine(d.file)}${place}`]),
    ...(d.hint === undefined
      ? []
      : [` ${paint("bold-blue", "=")} ${paint("bold", "help:")} ${printableLine(d.hint)}`]),
  ];
}

/** Steps whose failure can no longer be seen on one screen are named again at the end. */
const oneScreen = 20;

/** The sum, if anything ran. */
function doneLines(
  progress: RunProgress,
  event: Event<"done">,
  nowMs: number,
  paint: Paint,
  options: RunViewOptions,
): readonly string[] {
  const all = Object.values(progress.finished).reduce((sum, n) => sum + n, 0);
  if (all === 0) return [];
  const named = all > oneScreen ? progress.broken : [];
  return [
    doneLine(progress, event, nowMs, paint),
    ...named.map((id) => `  ${mark("failed", paint, options)} ${printableLine(id)}`),
  ];
}

function doneLine(progress: RunProgress, event: Event<"done">, nowMs: number, paint: Paint): string {
  const { succeeded, failed, "timed-out": timedOut, cancelled, skipped } = progress.finished;
  const broken = failed + timedOut;
  const time = duration(nowMs - (progress.startedMs ?? nowMs));
  const parts = [
    `${succeeded} succeeded`,
    ...(broken > 0 ? [`${broken} failed`] : []),
    ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  const [word, style]: [string, Style] =
    event.exitCode === 0
      ? ["Done", "green"]
      : event.exitCode === 130
        ? ["Interrupted", "yellow"]
        : ["Failed", "bold-red"];
  return `${paint(style, `${word}:`)} ${parts.join(", ")} in ${time}.`;
}

/** As much of a printable text as fits into columns. */
function cutTo(text: string, columns: number): string {
  let width = 0;
  for (const cell of cellsOf(text)) {
    width += cell.width;
    if (width > columns) return text.slice(0, cell.start);
  }
  return text;
}
