import { resolve } from "node:path";
import { analyse } from "../../analyse.ts";
import { dependencies } from "../../assembly/dependencies.ts";
import { recordedInputs, unsealed } from "../../assembly/recorded.ts";
import { readSavedPlan } from "../../assembly/saved-plan.ts";
import { hiddenOutput, withoutSeals } from "../../assembly/sealed.ts";
import { planView } from "../../assembly/view/plan.ts";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { didYouMean } from "../../diagnostics/suggest.ts";
import { artifactScope } from "../../forge/proposals/open.ts";
import { provenance } from "../../forge/provenance.ts";
import { compareAddresses } from "../../intake/address.ts";
import { allFacts } from "../../intake/facts-value.ts";
import type { Ir, ResourceIr, VerifyIr } from "../../intake/ir.ts";
import { valueToJson } from "../../intake/to-json.ts";
import type { Json } from "../../intake/value.ts";
import { isWhollyKnown } from "../../intake/values.ts";
import { strangeState } from "../../pipeline/adopt.ts";
import { keepObservations, observeAll } from "../../pipeline.ts";
import type { State } from "../../state/state.ts";
import { localStateStore } from "../../state/store.ts";
import { type CliContext, type ExitCode, exitCodes, refuse, tell } from "../context.ts";
import {
  baseDir,
  type CommonFlags,
  findFacts,
  stackDir,
  textsOf,
  UsageError,
  variableInputs,
  workspace,
} from "../options.ts";
import { buildView } from "../views/build.ts";
import { type GraphFormat, graphFormats, graphView } from "../views/graph.ts";
import { driftView, outputsView, stateListView, stateShowView } from "../views/human.ts";
import { printDocument } from "../views/json.ts";

/** `show state | ir | facts | build | PLAN`. */
export async function showCommand(
  context: CliContext,
  what: string | undefined,
  flags: CommonFlags,
): Promise<ExitCode> {
  switch (what ?? "state") {
    case "state":
      return showState(context, flags);
    case "ir":
      return showIr(context, flags);
    case "facts":
      return showFacts(context, flags);
    case "build":
      return showBuild(context, flags);
    default:
      return showPlan(context, what ?? "", flags);
  }
}

async function showState(context: CliContext, flags: CommonFlags): Promise<ExitCode> {
  const read = await readState(context, flags);
  if (!read) return exitCodes.error;
  const { state } = read;
  if (flags.json) context.out(printDocument(state ?? null));
  else if (!state) context.out(nothingYet);
  else context.out(stateText(context, state));
  return exitCodes.done;
}

const nothingYet = "There is no state yet: nothing has been applied.\n";

/** Every resource as a block, then the outputs. */
function stateText(context: CliContext, state: State): string {
  const color = context.color.out;
  const outputs = Object.entries(state.outputs).map(([name, value]) => ({ name, value, sensitive: false }));
  const parts = [
    ...addressesOf(state).map((address) => resourceText(context, state, address)),
    outputsView(outputs, { color }),
  ].filter((part) => part !== "");
  return parts.length === 0 ? "The state is empty: nothing is there any more.\n" : parts.join("\n");
}

async function readState(
  context: CliContext,
  flags: CommonFlags,
): Promise<{ state: State | undefined } | undefined> {
  const folder = await stackDir(context, flags, undefined);
  const { value, diagnostics } = await localStateStore(context.host.files, folder).read();
  if (hasErrors(diagnostics)) {
    refuse(context, flags, diagnostics, () => undefined);
    return undefined;
  }
  tell(context, diagnostics, () => undefined);
  return { state: value };
}

function addressesOf(state: State): string[] {
  return Object.keys(state.resources).sort(compareAddresses);
}

function resourceText(context: CliContext, state: State, address: string): string {
  const record = state.resources[address];
  return record ? stateShowView(address, record, new Set(), { color: context.color.out }) : "";
}

export async function stateListCommand(context: CliContext, flags: CommonFlags): Promise<ExitCode> {
  const read = await readState(context, flags);
  if (!read) return exitCodes.error;
  const addresses = read.state ? addressesOf(read.state) : [];
  if (flags.json) context.out(printDocument(addresses));
  else if (read.state) context.out(stateListView(read.state, addresses));
  // stdout is a list of addresses, also an empty one.
  else context.err(nothingYet);
  return exitCodes.done;
}

export async function stateShowCommand(
  context: CliContext,
  address: string,
  flags: CommonFlags,
): Promise<ExitCode> {
  const read = await readState(context, flags);
  if (!read) return exitCodes.error;
  const resources = read.state?.resources ?? {};
  if (!read.state) throw new UsageError("There is no state yet: nothing has been applied");
  if (!Object.hasOwn(resources, address)) {
    throw new UsageError(
      `The state has no ${address}`,
      didYouMean(address, Object.keys(resources)) ?? "All addresses are listed by: clockwork state list",
    );
  }
  if (flags.json) context.out(printDocument(resources[address]));
  else context.out(resourceText(context, read.state, address));
  return exitCodes.done;
}

async function showIr(context: CliContext, flags: CommonFlags): Promise<ExitCode> {
  const folder = await stackDir(context, flags, undefined);
  const inputs = variableInputs(context, flags);
  const { ir, diagnostics, files } = await analyse(
    context.host.files,
    await context.grammar(folder),
    folder,
    inputs,
    { findFacts: findFacts(context, flags, folder) },
  );
  if (hasErrors(diagnostics))
    return refuse(context, { json: true }, diagnostics, textsOf(context, folder, files));
  tell(context, diagnostics, textsOf(context, folder, files));
  context.out(printDocument(irDocument(ir)));
  return exitCodes.done;
}

/** The IR as JSON: run-time values as references, attributes that the core evaluates later as `{"$computed": null}`. */
function irDocument(ir: Ir): Json {
  const node = (n: ResourceIr | VerifyIr): Json => ({
    address: n.address,
    kind: n.kind,
    attributes: withoutSeals(recordedInputs(n.attributes, () => null, unsealed)),
    dependsOn: n.dependsOn.map((e) => e.address),
    ...(n.timeoutMs !== undefined && { timeout: n.timeoutMs / 1000 }),
    ...(n.retries !== undefined && { retries: n.retries }),
  });
  const outputs = ir.outputs.map((o) => [
    o.name,
    o.sensitive ? hiddenOutput : isWhollyKnown(o.value) ? valueToJson(o.value) : { $computed: null },
  ]);
  return {
    resources: ir.resources.map(node),
    verifies: ir.verifies.map(node),
    outputs: Object.fromEntries(outputs),
  };
}

async function showFacts(context: CliContext, flags: CommonFlags): Promise<ExitCode> {
  const folder = await stackDir(context, flags, undefined);
  context.out(printDocument(await findFacts(context, flags, folder)(allFacts)));
  return exitCodes.done;
}

async function showBuild(context: CliContext, flags: CommonFlags): Promise<ExitCode> {
  const stack = await stackDir(context, flags, undefined);
  const at = artifactScope(stack, context.host.environment.uid);
  const { value, diagnostics } = await provenance(context.host.files, at);
  if (!value || hasErrors(diagnostics)) return refuse(context, flags, diagnostics, () => undefined);
  if (flags.json) context.out(printDocument(value));
  else if (value.length > 0) context.out(buildView(value));
  else context.out("There are no artifacts yet: nothing has been built.\n");
  return exitCodes.done;
}

async function showPlan(context: CliContext, file: string, flags: CommonFlags): Promise<ExitCode> {
  const path = resolve(baseDir(context, flags), file);
  if ((await context.host.files.stat(path))?.kind !== "file") {
    throw new UsageError(
      `show has no "${file}"`,
      "There are: state, ir, facts, build, and the file of a saved plan.",
    );
  }
  const { value, diagnostics } = readSavedPlan(await context.host.files.readText(path), file);
  if (!value) return refuse(context, flags, diagnostics, () => undefined);
  if (flags.json) context.out(printDocument(value));
  else {
    const { planId, changes, actions, options } = value;
    const shown = { version: "1" as const, planId, destroy: options.destroy, changes, actions };
    context.out(planView(shown as Parameters<typeof planView>[0], { color: context.color.out }));
  }
  return exitCodes.done;
}

export async function graphCommand(
  context: CliContext,
  dir: string | undefined,
  flags: CommonFlags & { readonly format?: string },
): Promise<ExitCode> {
  const format = graphFormats.find((f) => f === (flags.json ? "json" : (flags.format ?? "dot")));
  if (!format) throw new UsageError(`--format ${flags.format}: there are ${graphFormats.join(", ")}`);
  return printGraph(context, dir, flags, format);
}

async function printGraph(
  context: CliContext,
  dir: string | undefined,
  flags: CommonFlags,
  format: GraphFormat,
): Promise<ExitCode> {
  const folder = await stackDir(context, flags, dir);
  const inputs = variableInputs(context, flags);
  const { ir, diagnostics, files } = await analyse(
    context.host.files,
    await context.grammar(folder),
    folder,
    inputs,
    { findFacts: findFacts(context, flags, folder) },
  );
  if (hasErrors(diagnostics))
    return refuse(context, { json: format === "json" }, diagnostics, textsOf(context, folder, files));
  tell(context, diagnostics, textsOf(context, folder, files));
  context.out(graphView(dependencies(ir), format));
  return exitCodes.done;
}

/** Looks at everything the state knows and reports what is different. */
export async function refreshCommand(
  context: CliContext,
  dir: string | undefined,
  flags: CommonFlags,
): Promise<ExitCode> {
  const ws = await workspace(context, flags, dir);
  const { value: state, diagnostics } = await ws.store.read();
  if (hasErrors(diagnostics)) return refuse(context, flags, diagnostics, () => undefined);
  tell(context, diagnostics, () => undefined);
  if (!state && !flags.json) {
    context.out(nothingYet);
    return exitCodes.done;
  }
  const strange = await strangeState(ws, state);
  if (strange) return refuse(context, flags, [strange], () => undefined);
  const observed = await observeAll(ws, state);
  if (state) await keepObservations(ws, state, observed);
  const seen = [...observed]
    .map(([address, observation]) => ({ address, observation }))
    .sort((a, b) => compareAddresses(a.address, b.address));
  if (flags.json)
    context.out(printDocument(seen.map(({ address, observation }) => ({ address, ...observation }))));
  else context.out(driftView(seen, { color: context.color.out }));
  return exitCodes.done;
}
