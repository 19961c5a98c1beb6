/**
 * The check: what a compiler proposed becomes a `CheckedBundle`, or a list of rules it broke. Nothing an agent says is written
 * or run before it; it reads no file, starts nothing, and knows nothing of where the bundle came from. Every rule is a row of
 * the threat table in the safety page and reports under that row's code.
 */
import { type Action, type ActionList, actionId } from "../assembly/actions.ts";
import { type Diagnostic, diagnostic, hasErrors } from "../diagnostics/diagnostic.ts";
import type { Artifact, ArtifactBundle, CheckedBundle, CheckedStep } from "./bundle.ts";
import { artifactFaults } from "./check/artifact.ts";
import { collisions } from "./check/collide.ts";
import { readCommand } from "./check/command.ts";
import { isData } from "./check/content.ts";
import { limits, maxArtifacts, maxSteps, maxTotalBytes } from "./check/limits.ts";
import type { Fault } from "./check/path.ts";
import { type Purposes, purposesOf } from "./check/purposes.ts";
import { type Proposal, plainFault, readShape } from "./check/shape.ts";
import { byteLength, quoted } from "./check/text.ts";
import { readVars, runtimeNames } from "./check/vars.ts";
import { maxReplyDepth, parseStrict } from "./json.ts";

export { type CommandLine, type CommandPaths, commandArgv } from "./check/argv.ts";

export interface CheckResult {
  /** Absent when any rule was broken. */
  readonly value?: CheckedBundle;
  readonly diagnostics: readonly Diagnostic[];
}

/** Checks a reply as it came, as text. */
export function checkReply(text: string, actions: ActionList): CheckResult {
  const read = parseReply(text);
  return read.problem ? refused(read.problem) : checkBundle(read.value, actions);
}

/** A reply's text as the one JSON document that it has to be. */
export function parseReply(
  text: string,
): { readonly value: unknown; readonly problem?: never } | { readonly problem: Diagnostic } {
  if (text.length > limits.replyBytes || byteLength(text) > limits.replyBytes) {
    return { problem: diagnostic("B-SIZE", `The reply is larger than ${limits.replyBytes} bytes`) };
  }
  const { value, problem } = parseStrict(text, maxReplyDepth);
  if (!problem) return { value };
  const hint = "Answer with one JSON document and nothing around it";
  const message = `The reply is not acceptable JSON at offset ${problem.offset}: ${problem.message}`;
  return { problem: diagnostic(problem.code, message, { hint }) };
}

/** Checks a reply that is data already. Never throws on plain data, whatever it holds. */
export function checkBundle(reply: unknown, actions: ActionList): CheckResult {
  const odd = plainFault(reply, maxReplyDepth);
  if (odd) return refused(about("The bundle", odd));
  const { value: proposal, faults } = readShape(reply);
  if (!proposal)
    return {
      diagnostics: limited(faults.map((f) => about("The bundle does not have the contract's shape,", f))),
    };
  const purposes = purposesOf(actions);
  const tooLarge = sizeDiagnostics(proposal, actions);
  if (tooLarge.length > 0) return { diagnostics: tooLarge };
  const artifacts = checkArtifacts(proposal.artifacts, purposes);
  const steps = checkSteps(proposal.steps, artifacts.value, purposes);
  const vars = readVars(proposal.vars, actions);
  const diagnostics = [
    ...artifacts.diagnostics,
    ...steps.diagnostics,
    ...unusedDiagnostics(artifacts.value, steps),
    ...vars.faults.map((f) => about(`Variable ${quoted(f.name)}`, f)),
  ];
  if (hasErrors(diagnostics)) return { diagnostics: limited(diagnostics) };
  const checked = { artifacts: artifacts.value, steps: steps.value, vars: vars.vars };
  return { value: checked as unknown as CheckedBundle, diagnostics };
}

/**
 * Checks what stands in build/, which bundles of several builds may have made: like a reply, but every action has the
 * variables of the bundle its steps came from. `reply.vars` is ignored.
 */
export function checkBuild(
  reply: ArtifactBundle,
  varsOf: (purpose: string) => Readonly<Record<string, unknown>>,
  actions: ActionList,
): CheckResult {
  const { value, diagnostics } = checkBundle({ ...reply, vars: {} }, actions);
  const reserved = runtimeNames(actions);
  const groups = new Map<Readonly<Record<string, unknown>>, Action[]>();
  for (const action of actions.steps) {
    const vars = varsOf(actionId(action));
    const group = groups.get(vars);
    if (group) group.push(action);
    else groups.set(vars, [action]);
  }
  const all = [...diagnostics];
  const checkedVars = new Map<string, Readonly<Record<string, string>>>();
  for (const [vars, steps] of groups) {
    const read = readVars(vars, { version: "1", steps }, reserved);
    all.push(...read.faults.map((f) => about(`Variable ${quoted(f.name)}`, f)));
    for (const step of steps) checkedVars.set(actionId(step), read.vars);
  }
  if (!value || hasErrors(all)) return { diagnostics: limited(all) };
  const steps = value.steps.map((s): CheckedStep => ({ ...s, vars: checkedVars.get(s.purpose) ?? {} }));
  return { value: { ...value, steps, vars: Object.assign({}, ...checkedVars.values()) }, diagnostics: all };
}

function refused(why: Diagnostic): CheckResult {
  return { diagnostics: [why] };
}

function about(thing: string, fault: Fault): Diagnostic {
  return diagnostic(fault.code, `${thing} ${fault.says}`, { hint: fault.hint });
}

function limited(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.length > limits.diagnostics ? diagnostics.slice(0, limits.diagnostics) : diagnostics;
}

function sizeDiagnostics(proposal: Proposal, actions: ActionList): readonly Diagnostic[] {
  const count = actions.steps.length;
  const diagnostics: Diagnostic[] = [];
  const many = (what: string, found: number, most: number): void => {
    if (found > most)
      diagnostics.push(diagnostic("B-SIZE", `The bundle has ${found} ${what}, more than ${most}`));
  };
  many("artifacts", proposal.artifacts.length, maxArtifacts(count));
  many("steps", proposal.steps.length, maxSteps(count));
  let total = 0;
  for (const { content } of proposal.artifacts) total += byteLength(content);
  many("bytes of content", total, maxTotalBytes(count));
  return diagnostics;
}

type Proposed = Proposal["artifacts"][number];

/** The artifacts with their purposes resolved; those at fault are among them, so that later rules can speak of them. */
function checkArtifacts(
  proposed: readonly Proposed[],
  purposes: Purposes,
): { readonly value: readonly Artifact[]; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const colliding = collisions(proposed.map((a) => a.path));
  const value = proposed.map((given, index): Artifact => {
    const mode = modeOf(given.mode);
    const purpose = purposes.resolve(given.purpose);
    const other = colliding.get(index);
    const faults: Fault[] = [...artifactFaults(given)];
    if (other !== undefined) faults.push({ code: "P-COLLIDE", says: `collides with ${quoted(other)}` });
    if (!mode)
      faults.push({ code: "M-MODE", says: "has a mode other than 0644, 0755, 0600 and 0700, as strings" });
    if (purpose === undefined) faults.push(purposeFault(given.purpose, purposes));
    for (const fault of faults) diagnostics.push(about(`Artifact ${quoted(given.path)}`, fault));
    return { ...given, mode: mode ?? "0644", purpose: purpose ?? "" };
  });
  return { value, diagnostics };
}

function modeOf(mode: unknown): Artifact["mode"] | undefined {
  return mode === "0644" || mode === "0755" || mode === "0600" || mode === "0700" ? mode : undefined;
}

function purposeFault(purpose: string, purposes: Purposes): Fault {
  return purposes.isAmbiguous(purpose)
    ? {
        code: "U-UNKNOWN",
        says: `has the purpose ${quoted(purpose)}, the name of several actions`,
        hint: "Use the action's id",
      }
    : { code: "U-UNKNOWN", says: `has the purpose ${quoted(purpose)}, which is no action` };
}

interface CheckedSteps {
  readonly value: readonly CheckedStep[];
  /** Paths that a readable command runs. */
  readonly scripts: ReadonlySet<string>;
  /** Actions with an unreadable command: which scripts they use is not known. */
  readonly unread: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

function checkSteps(
  proposed: Proposal["steps"],
  artifacts: readonly Artifact[],
  purposes: Purposes,
): CheckedSteps {
  const diagnostics: Diagnostic[] = [];
  const value: CheckedStep[] = [];
  const scripts = new Set<string>();
  const unread = new Set<string>();
  const byPath = new Map(artifacts.map((a) => [a.path, a]));
  for (const [index, step] of proposed.entries()) {
    const purpose = purposes.resolve(step.purpose);
    const read = readCommand(step.run.cmd, { purpose, artifacts: byPath });
    const faults: Fault[] = [...read.faults];
    if (purpose === undefined) faults.push(purposeFault(step.purpose, purposes));
    for (const fault of faults) diagnostics.push(about(`Step ${index + 1} (${quoted(step.purpose)})`, fault));
    if (read.command) scripts.add(read.command.script);
    else unread.add(purpose ?? "");
    if (read.command && purpose !== undefined) value.push({ purpose, command: read.command });
  }
  return { value, scripts, unread, diagnostics: [...diagnostics, ...orderDiagnostics(proposed, purposes)] };
}

/** Every action has its steps, one after the other, in the order of the list, and none twice. */
function orderDiagnostics(proposed: Proposal["steps"], purposes: Purposes): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const missing = new Set(purposes.order.keys());
  const seen = new Set<string>();
  let last = -1;
  for (const [index, step] of proposed.entries()) {
    const id = purposes.resolve(step.purpose);
    if (id === undefined) continue;
    const place = purposes.order.get(id) ?? -1;
    missing.delete(id);
    if (place < last) {
      diagnostics.push(
        diagnostic(
          "U-ORDER",
          `Step ${index + 1} (${quoted(step.purpose)}) stands after a later action's step`,
        ),
      );
    }
    last = Math.max(last, place);
    const same = JSON.stringify([id, step.run.cmd]);
    if (seen.has(same))
      diagnostics.push(diagnostic("U-REPEAT", `Step ${index + 1} (${quoted(step.purpose)}) repeats another`));
    seen.add(same);
  }
  for (const id of missing) diagnostics.push(diagnostic("U-MISSING", `Action ${quoted(id)} has no step`));
  return diagnostics;
}

/** A script that no step runs is of use only as a helper: in a lib/ folder, for the scripts of its purpose. */
function unusedDiagnostics(
  artifacts: readonly Artifact[],
  { scripts, unread }: Pick<CheckedSteps, "scripts" | "unread">,
): readonly Diagnostic[] {
  const isHelper = (path: string): boolean => path.split("/").slice(1, -1).includes("lib");
  return artifacts
    .filter((a) => !scripts.has(a.path) && !unread.has(a.purpose) && !isData(a.path) && !isHelper(a.path))
    .map((a) =>
      diagnostic("S-UNUSED", `Artifact ${quoted(a.path)} is run by no step`, {
        hint: "Helpers belong in a lib/ folder, data below files/",
      }),
    );
}
