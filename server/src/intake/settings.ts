/**
 * The `clockwork` block: which Clockwork the stack is for, and what its agent and daemon may do. Everything in it is a
 * constant, because it is read before anything has a value.
 */
import { diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin, Span } from "../diagnostics/span.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { Attribute, Block } from "../syntax/ast.ts";
import { constant } from "./constant.ts";
import { longestMs, parseDuration } from "./duration.ts";
import { type Fields, readFields } from "./fields.ts";
import { type AgentSettings, type DaemonSettings, emptyIr, type Settings } from "./ir.ts";
import { toSafeInteger } from "./number.ts";
import type { Report } from "./scope.ts";
import { type BlockDeclaration, spanOf } from "./stack.ts";
import { numberType, stringType } from "./type.ts";
import type { Value } from "./value.ts";
import { parseConstraint, satisfies } from "./version-constraint.ts";

const compilers = ["builtin", "anthropic", "editor"];
/** What the daemon does by itself at most. Source: the seed's default policy, and SAFETY's cooldown. */
const daemonDefaults = { fixesPerHour: 2, cooldownMs: 600_000, shortestIntervalMs: 1_000 };

const noSettings = emptyIr.settings;

/** `version` is this Clockwork's. */
export function readSettings(
  declaration: BlockDeclaration | undefined,
  version: string,
  report: Report,
): Settings {
  if (!declaration) return noSettings;
  const { block, origin } = declaration;
  const names = { attributes: ["required_version"], blocks: ["state", "agent", "daemon"] };
  const { attributes, blocks } = readFields(block.body, origin, names, "A clockwork block", report);
  const reader = new SettingsReader(origin, report);
  const required = attributes.get("required_version");
  if (required) checkVersion(required, reader, version);
  const state = blocks.get("state");
  if (state) checkState(state, origin, report);
  const agent = blocks.get("agent");
  const daemon = blocks.get("daemon");
  return {
    agent: agent ? readAgent(agent, reader) : noSettings.agent,
    daemon: daemon ? readDaemon(daemon, reader) : noSettings.daemon,
  };
}

/** A module may say which Clockwork it is for, as in Terraform; everything else is the stack's to say. */
export function checkModuleSettings(
  { block, origin }: BlockDeclaration,
  version: string,
  report: Report,
): void {
  const names = { attributes: ["required_version"], blocks: ["state", "agent", "daemon"] };
  const { attributes, blocks } = readFields(block.body, origin, names, "A clockwork block", report);
  const required = attributes.get("required_version");
  if (required) checkVersion(required, new SettingsReader(origin, report), version);
  for (const [name, { keyword }] of blocks) {
    const message = `A module has no "${name}" block`;
    const hint = "Write it in the stack's own files; a module has required_version alone.";
    report(diagnostic("unexpected-block", message, { span: spanOf(origin, keyword), hint }));
  }
}

class SettingsReader {
  readonly origin: Origin;
  readonly report: Report;

  constructor(origin: Origin, report: Report) {
    this.origin = origin;
    this.report = report;
  }

  fields(block: Block, attributes: readonly string[], what: string, blocks: readonly string[] = []): Fields {
    return readFields(block.body, this.origin, { attributes, blocks }, what, this.report);
  }

  text(attribute: Attribute | undefined): string | undefined {
    const value = attribute && this.#constant(attribute, stringType);
    return value?.kind === "string" ? value.value : undefined;
  }

  /** A whole number from `min` to `max`. */
  number(attribute: Attribute | undefined, min: number, max: number, why: string): number | undefined {
    const value = attribute && this.#constant(attribute, numberType);
    if (!attribute || value?.kind !== "number") return undefined;
    const number = toSafeInteger(value.value);
    if (number !== undefined && number >= min && number <= max) return number;
    this.refuse(attribute, `${value.value.toFixed()} is not a whole number from ${min} to ${max}`, why);
    return undefined;
  }

  /** In milliseconds, at least `min`. */
  duration(attribute: Attribute | undefined, min: number, why: string): number | undefined {
    const text = this.text(attribute);
    if (!attribute || text === undefined) return undefined;
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= min && ms <= longestMs) return ms;
    const problem =
      ms === undefined
        ? "is not a duration such as 30s, 5m or 1h30m"
        : ms < min
          ? `is shorter than ${min / 1000}s`
          : "is longer than 24 days";
    this.refuse(attribute, `${JSON.stringify(text)} ${problem}`, why);
    return undefined;
  }

  refuse(attribute: Attribute, problem: string, hint: string | undefined): void {
    const span = spanOf(this.origin, attribute.value);
    this.report(diagnostic("invalid-value", `${attribute.name.name}: ${problem}`, { span, hint }));
  }

  #constant(attribute: Attribute, type: typeof stringType | typeof numberType): Value | undefined {
    if (attribute.value.type === "missing") return undefined;
    return constant(
      { origin: this.origin, expression: attribute.value },
      type,
      attribute.name.name,
      this.report,
    );
  }
}

function checkVersion(attribute: Attribute, reader: SettingsReader, version: string): void {
  const text = reader.text(attribute);
  if (text === undefined) return;
  const whole = spanOf(reader.origin, attribute.value);
  const clauses = parseConstraint(text);
  if ("message" in clauses) {
    const span = within(attribute, text, whole, clauses.start, clauses.end);
    const hint = 'Such as ">= 1.0, < 2.0" or "~> 1.2".';
    reader.report(diagnostic("invalid-value", `required_version: ${clauses.message}`, { span, hint }));
  } else if (!satisfies(version, clauses)) {
    reader.report(
      diagnostic("wrong-version", `The stack wants Clockwork ${text}; this is ${version}`, {
        span: whole,
        hint: "Use a version that fits, or change required_version.",
      }),
    );
  }
}

/** Where a part of a quoted text stands: in the text itself, if it is written without escapes. */
function within(attribute: Attribute, text: string, whole: Span, start: number, end: number): Span {
  const { value } = attribute;
  const [part] = value.type === "template" && !value.heredoc ? value.parts : [];
  if (part?.type !== "literal" || part.end - part.start !== text.length || start === end) return whole;
  return { ...whole, start: part.start + start, end: part.start + end };
}

/** State is local until there are other stores. */
function checkState(block: Block, origin: Origin, report: Report): void {
  for (const item of block.body.items) {
    const name = item.type === "block" ? item.keyword : item.name;
    report(
      diagnostic("not-supported", "State is kept in .clockwork/state.json and nowhere else yet", {
        span: spanOf(origin, name),
        hint: "Remove what stands in the state block.",
      }),
    );
  }
}

function readAgent(block: Block, reader: SettingsReader): AgentSettings {
  const fields = reader.fields(block, ["compiler", "model"], "An agent block", ["limits"]);
  const compiler = oneOf(fields.attributes.get("compiler"), compilers, reader);
  const model = reader.text(fields.attributes.get("model"));
  const limits = fields.blocks.get("limits");
  const inner = limits && reader.fields(limits, ["calls", "tokens"], "A limits block").attributes;
  const most = Number.MAX_SAFE_INTEGER;
  const calls = reader.number(inner?.get("calls"), 1, most, "It counts calls to the model in one command.");
  const tokens = reader.number(
    inner?.get("tokens"),
    1,
    most,
    "It counts tokens of all calls in one command.",
  );
  return {
    ...(compiler !== undefined && { compiler }),
    ...(model !== undefined && { model }),
    limits: { ...(calls !== undefined && { calls }), ...(tokens !== undefined && { tokens }) },
  };
}

function oneOf(
  attribute: Attribute | undefined,
  known: readonly string[],
  reader: SettingsReader,
): string | undefined {
  const text = reader.text(attribute);
  if (!attribute || text === undefined || known.includes(text)) return text;
  const names = known.map((k) => JSON.stringify(k)).join(", ");
  reader.refuse(attribute, `${JSON.stringify(text)} is not one of ${names}`, didYouMean(text, known));
  return undefined;
}

function readDaemon(block: Block, reader: SettingsReader): DaemonSettings {
  const names = ["interval", "fixes_per_hour", "cooldown"];
  const { attributes } = reader.fields(block, names, "A daemon block");
  const { fixesPerHour: most, cooldownMs: shortest, shortestIntervalMs } = daemonDefaults;
  const stricter = "A stack can make the daemon more careful than it is, not less.";
  const intervalMs = reader.duration(attributes.get("interval"), shortestIntervalMs, "Such as 30s or 5m.");
  const fixesPerHour = reader.number(attributes.get("fixes_per_hour"), 0, most, stricter);
  const cooldownMs = reader.duration(attributes.get("cooldown"), shortest, stricter);
  return {
    ...(intervalMs !== undefined && { intervalMs }),
    ...(fixesPerHour !== undefined && { fixesPerHour }),
    ...(cooldownMs !== undefined && { cooldownMs }),
  };
}
