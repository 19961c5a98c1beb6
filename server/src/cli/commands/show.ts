import { resolve } from "node:path";
import { analyse } from "../../analyse.ts";
import { recordedInputs } from "../../assembly/arguments.ts";
import { readSavedPlan } from "../../assembly/saved-plan.ts";
import { didYouMean } from "../../diagnostics/suggest.ts";
import { compareAddresses } from "../../intake/address.ts";
import { discoverFacts } from "../../intake/discover.ts";
import type { Ir, ResourceIr, VerifyIr } from "../../intake/ir.ts";
import { valueToJson } from "../../intake/to-json.ts";
import type { Json } from "../../intake/value.ts";
import { isWhollyKnown } from "../../intake/values.ts";
import { observeAll } from "../../pipeline.ts";
import type { State } from "../../state/state.ts";
import { localStateStore } from "../../state/store.ts";
import { type CliContext, type ExitCode, exitCodes, tell } from "../context.ts";
import {
  baseDir,
  type CommonFlags,
  facts,
  stackDir,
  textsOf,
  UsageError,
  variableInputs,
  workspace,
} from "../options.ts";
import { type GraphFormat, graphFormats, graphView } from "../views/graph.ts";
import { driftView, stateListView, stateShowView } from "../views/human.ts";
import { printDocument } from "../views/json.ts";
import { planView } from "../views/plan.ts";

/** `show state | ir | facts | PLAN`. */
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
    default:
      return showPlan(context, what ?? "", flags);
  }
}

async function showState(context: CliContext, flags: CommonFlags): Promise<ExitCode> {
  const read = await readState(context, flags);
  if (!read) return exitCodes.error;
  const { state } = read;
  if (flags.json) context.out(printDocument(state ?? null));
  else if (!state) context.out("There is no state yet: nothing has been applied.\n");
  else {
    for (const [i, address] of addressesOf(state).entries()) {
      if (i > 0) context.out("\n");
      showResource(context, state, address);
    }
  }
  return exitCodes.done;
}

async function readState(
  context: CliContext,
  flags: CommonFlags,
): Promise<{ state: State | undefined } | undefined> {
  const folder = await stackDir(context, flags, undefined);
  const { value, diagnostics } = await localStateStore(context.host.files, folder).read();
  return tell(context, diagnostics, () => undefined) ? undefined : { state: value };
}

function addressesOf(state: State): string[] {
  return Object.keys(state.resources).sort(compareAddresses);
}

function showResource(context: CliContext, state: State, address: string): void {
  const record = state.resources[address];
  if (record) context.out(stateShowView(address, record, new Set(), { color: context.color.out }));
}

export async function stateListCommand(context: CliContext, flags: CommonFlags): Promise<ExitCode> {
  const read = await readState(context, flags);
  if (!read) return exitCodes.error;
  const addresses = read.state ? addressesOf(read.state) : [];
  if (flags.json) context.out(printDocument(addresses));
  else if (read.state) context.out(stateListView(read.state, addresses));
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
  if (!read.state || !Object.hasOwn(resources, address)) {
    throw new UsageError(`The state has no ${address}`, didYouMean(address, Object.keys(resources)));
  }
  if (flags.json) context.out(printDocument(resources[address]));
  else showResource(context, read.state, address);
  return exitCodes.done;
}

async function showIr(context: CliContext, flags: CommonFlags): Promise<ExitCode> {
  const folder = await stackDir(context, flags, undefined);
  const inputs = variableInputs(context, flags);
  const { ir, diagnostics, files } = await analyse(
    context.host.files,
    await context.grammar(),
    folder,
    inputs,
  );
  if (tell(context, diagnostics, textsOf(files))) return exitCodes.error;
  context.out(printDocument(irDocument(ir)));
  return exitCodes.done;
}

/** The IR as JSON: run-time values as references, attributes that the core evaluates later as `{"$computed": null}`. */
function irDocument(ir: Ir): Json {
  const node = (n: ResourceIr | VerifyIr): Json => ({
    address: n.address,
    kind: n.kind,
    attributes: recordedInputs(n.attributes, () => null),
    dependsOn: n.dependsOn.map((e) => e.address),
    ...(n.timeoutMs !== undefined && { timeout: n.timeoutMs / 1000 }),
    ...(n.retries !== undefined && { retries: n.retries }),
  });
  const outputs = ir.outputs.map((o) => [
    o.name,
    isWhollyKnown(o.value) ? valueToJson(o.value) : { $computed: null },
  ]);
  return {
    resources: ir.resources.map(node),
    verifies: ir.verifies.map(node),
    outputs: Object.fromEntries(outputs),
  };
}

async function showFacts(context: CliContext, flags: CommonFlags): Promise<ExitCode> {
  const need = new Set(["bash", "python3", "node", "deno", "go", "engine", "git"] as const);
  const folder = await stackDir(context, flags, undefined);
  context.out(
    printDocument((await facts(context, flags)) ?? (await discoverFacts(context.host, folder, { need }))),
  );
  return exitCodes.done;
}

async function showPlan(context: CliContext, file: string, flags: CommonFlags): Promise<ExitCode> {
  const path = resolve(baseDir(context, flags), file);
  if ((await context.host.files.stat(path))?.kind !== "file") {
    throw new UsageError(
      `show has no "${file}"`,
      "There are: state, ir, facts, and the file of a saved plan.",
    );
  }
  const { value, diagnostics } = readSavedPlan(await context.host.files.readText(path), file);
  if (!value) {
    tell(context, diagnostics, () => undefined);
    return exitCodes.error;
  }
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
    await context.grammar(),
    folder,
    inputs,
  );
  if (tell(context, diagnostics, textsOf(files))) return exitCodes.error;
  const nodes = [...ir.resources, ...ir.verifies];
  const graph = {
    nodes: nodes.map((n) => ({ id: n.address })),
    edges: nodes.flatMap((n) => n.dependsOn.map((e) => ({ from: n.address, to: e.address }))),
  };
  context.out(graphView(graph, format));
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
  if (tell(context, diagnostics, () => undefined)) return exitCodes.error;
  const seen = [...(await observeAll(ws, state))]
    .map(([address, observation]) => ({ address, observation }))
    .sort((a, b) => compareAddresses(a.address, b.address));
  if (flags.json)
    context.out(printDocument(seen.map(({ address, observation }) => ({ address, ...observation }))));
  else context.out(driftView(seen, { color: context.color.out }));
  return exitCodes.done;
}
