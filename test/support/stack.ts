import { readFile } from "node:fs/promises";
import { type Analysis, type AnalysisOptions, analyse } from "../../server/src/analyse.ts";
import type { Assembled, AssemblyInput } from "../../server/src/assembly/assemble.ts";
import { assemble } from "../../server/src/assembly/assemble.ts";
import { keptNames } from "../../server/src/assembly/kept.ts";
import { verifyStep } from "../../server/src/assembly/steps.ts";
import { type Diagnostic, hasErrors } from "../../server/src/diagnostics/diagnostic.ts";
import { renderDiagnostics } from "../../server/src/diagnostics/render.ts";
import { memoryHost } from "../../server/src/host/memory.ts";
import { noInputs, type VariableInputs } from "../../server/src/intake/load.ts";
import type { ResourceRecord, State } from "../../server/src/state/state.ts";
import { type Grammar, loadGrammar } from "../../server/src/syntax/parser.ts";

let loading: Promise<Grammar> | undefined;

/** The committed grammar, loaded once per test file. */
export function testGrammar(): Promise<Grammar> {
  loading ??= (async () =>
    loadGrammar({
      runtime: await readFile("node_modules/web-tree-sitter/web-tree-sitter.wasm"),
      grammar: await readFile("grammar/tree-sitter-clockwork.wasm"),
    }))();
  return loading;
}

/** Analyses files of a stack in memory; one text stands for main.cw. */
export async function analyseText(
  files: string | Readonly<Record<string, string>>,
  inputs: VariableInputs = noInputs,
  options: AnalysisOptions = {},
): Promise<Analysis> {
  const given = typeof files === "string" ? { "main.cw": files } : files;
  const host = memoryHost(
    Object.fromEntries(Object.entries(given).map(([name, text]) => [`/stack/${name}`, text])),
  );
  return analyse(host.files, await testGrammar(), "/stack", inputs, options);
}

/** `code: message` of each diagnostic, in the order they are shown. */
export function problems(analysis: { readonly diagnostics: readonly Diagnostic[] }): string[] {
  return analysis.diagnostics.map((d) => `${d.code}: ${d.message}`);
}

export const lineage = "00000000-0000-4000-8000-000000000000";

export interface PlanGiven extends Partial<Omit<AssemblyInput, "ir">> {
  readonly inputs?: VariableInputs;
}

/** Plans a stack in memory; fails the test on any error. */
export async function planText(
  files: string | Readonly<Record<string, string>>,
  given: PlanGiven = {},
): Promise<Assembled & { readonly told: readonly Diagnostic[] }> {
  const analysis = await analyseText(files, given.inputs, {
    made: (moves, kinds) => keptNames(given.state, moves, kinds),
  });
  if (hasErrors(analysis.diagnostics)) {
    const texts = new Map(analysis.files.map((f) => [f.file, f.text]));
    throw new Error(renderDiagnostics(analysis.diagnostics, (f) => texts.get(f), { color: false }));
  }
  const { value, diagnostics } = assemble({
    ir: analysis.ir,
    state: undefined,
    sources: new Map(),
    observations: new Map(),
    artifacts: new Map(),
    destroy: false,
    targets: [],
    force: false,
    seal: (text) => `sealed ${text.length}`,
    decidedBy: null,
    ...given,
  });
  if (!value) throw new Error(diagnostics.map((d) => `${d.code}: ${d.message}`).join("\n"));
  return { ...value, told: diagnostics };
}

/** The state after everything of a plan has succeeded, with made-up outputs. */
export function appliedState(planned: Assembled, before?: State): State {
  const checks = new Map(
    planned.ir.verifies.map((v) => [v.address, verifyStep(planned.ir.kinds, v).fingerprint]),
  );
  const resources: Record<string, ResourceRecord> = { ...before?.resources };
  const verifies: Record<string, State["verifies"][string]> = { ...before?.verifies };
  for (const change of planned.plan.changes) if (change.action === "delete") delete resources[change.address];
  for (const action of planned.plan.actions.steps) {
    const address = action.resource ?? "";
    const desired = planned.desired.get(address);
    if (address.startsWith("verify.")) {
      verifies[address] = { fingerprint: checks.get(address) ?? "", artifacts: {}, status: "ok" };
    } else if (desired && !action.name.startsWith("remove_") && action.name !== "run_task_destroy") {
      resources[address] = {
        kind: desired.kind,
        name: desired.name,
        inputs: { ...desired.inputs() },
        ...(Object.keys(desired.sources).length > 0 && { sources: { ...desired.sources } }),
        ...(desired.definition && { definition: desired.definition }),
        outputs: Object.fromEntries(Object.keys(action.provides ?? {}).map((o) => [o, `${address}.${o}`])),
        dependsOn: [...desired.dependsOn],
        steps: {
          [action.id ?? ""]: {
            fingerprint: "0".repeat(64),
            artifacts: { [`scripts/${action.id}`]: "a".repeat(64) },
          },
        },
        status: "ok",
      };
    }
  }
  return { version: "1", lineage, serial: (before?.serial ?? 0) + 1, resources, verifies, outputs: {} };
}
