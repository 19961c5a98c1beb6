/** What `clockwork explain STEP` says. Pure. */
import { changeView, type ViewOptions } from "../../assembly/view/plan.ts";
import { printableLine } from "../../diagnostics/printable.ts";
import { type Paint, painter } from "../../diagnostics/style.ts";
import type { ExplainedStep, Explanation } from "../../pipeline/explain.ts";
import type { ArtifactRecord } from "../../protocol.ts";
import { capabilitiesText } from "./rights.ts";

export function explanationView(explanations: readonly Explanation[], options: ViewOptions): string {
  const paint = painter(options.color);
  return explanations
    .map(({ change, steps }) => {
      const head = change === undefined ? [] : [changeView(change, paint).trimEnd()];
      return `${[...head, ...steps.map((step) => stepText(step, paint))].join("\n\n")}\n`;
    })
    .join("\n");
}

function stepText({ id, planned, action, may, commands, artifacts }: ExplainedStep, paint: Paint): string {
  const { needs = [], uses = [], secrets = [], provides = {}, timeout, retries } = action;
  const list = (texts: readonly string[]) => texts.map(printableLine).join(", ");
  const open = uses.filter((name) => !secrets.includes(name));
  const rows: (readonly [string, string] | undefined)[] = [
    ["in the plan", planned ? "yes" : "no, nothing asks for it"],
    needs.length > 0 ? ["after", list(needs)] : undefined,
    ...(commands.length > 0
      ? commands.map((cmd) => ["runs", list([cmd.join(" ")])] as const)
      : [["runs", "nothing yet: clockwork build writes its script"] as const]),
    ["may use", capabilitiesText(may)],
    open.length > 0 ? ["is given", list(open)] : undefined,
    secrets.length > 0
      ? ["secrets", list(may.secrets === "file" ? secrets.map(inFile) : secrets)]
      : undefined,
    Object.keys(provides).length > 0 ? ["hands on", list(Object.keys(provides))] : undefined,
    timeout === undefined ? undefined : ["timeout", `${timeout}s`],
    retries === undefined ? undefined : ["retries", String(retries)],
    ...artifacts.map((artifact) => ["script", artifactText(artifact)] as const),
  ];
  const lines = rows.flatMap((row) => (row ? [`  ${paint("dim", row[0].padEnd(11))} ${row[1]}`] : []));
  return [paint("bold", printableLine(id)), ...lines].join("\n");
}

const inFile = (name: string): string => `${name} (in the file ${name}_FILE)`;

const states: Readonly<Record<ArtifactRecord["state"], string>> = {
  generated: "as it was written",
  edited: "edited by a person since",
  proposed: "not there; a proposal waits",
  conflicted: "edited by a person; a proposal waits",
  missing: "not there",
};

function artifactText({ path, compiler, state, base }: ArtifactRecord): string {
  const { compiler: name, model, version, request } = compiler;
  const by = model === undefined ? `${name} ${version}` : `${model} (${name})`;
  const asked = request === undefined ? "" : `, request ${request.slice(0, 12)}`;
  return `.clockwork/build/${path}: by ${printableLine(by)}${asked}; ${states[state]}; sha256 ${base.slice(0, 12)}`;
}
