import type { ViewOptions } from "../../assembly/view/plan.ts";
import { blockValue, masked } from "../../assembly/view/value.ts";
import { printableLine } from "../../diagnostics/printable.ts";
import { painter, type Style } from "../../diagnostics/style.ts";
import type { Json } from "../../intake/value.ts";
import type { Observation } from "../../state/observation.ts";
import type { ResourceRecord, State } from "../../state/state.ts";

export interface OutputView {
  readonly name: string;
  readonly value: Json;
  readonly sensitive: boolean;
}

/** `Outputs:` and each value as Terraform prints them; empty when there are none. */
export function outputsView(outputs: readonly OutputView[], options: ViewOptions): string {
  if (outputs.length === 0) return "";
  const lines = outputs.map(
    ({ name, value, sensitive }) => `${name} = ${sensitive ? masked : blockValue(value, "")}`,
  );
  return `${painter(options.color)("bold", "Outputs:")}\n\n${lines.join("\n")}\n`;
}

/** `state list`: an address a line, in the order they are given, for people and for `grep` alike. */
export function stateListView(state: State, addresses: readonly string[]): string {
  return addresses
    .map((address) => {
      const status = state.resources[address]?.status ?? "ok";
      return `${printableLine(address)}${status === "ok" ? "" : `  (${status})`}\n`;
    })
    .join("");
}

const statusClauses: Readonly<Record<ResourceRecord["status"], string>> = {
  ok: "",
  tainted: " (tainted: its last run failed)",
  unknown: " (unknown: its last run was cut off)",
};

/** `state show ADDRESS`. `sensitive` names the attributes that must not be shown. */
export function stateShowView(
  address: string,
  resource: ResourceRecord,
  sensitive: ReadonlySet<string>,
  options: ViewOptions,
): string {
  const paint = painter(options.color);
  const title = `# ${printableLine(address)}${statusClauses[resource.status]}`;
  const inputs = Object.entries(resource.inputs).map(
    ([name, value]): OutputView => ({ name, value, sensitive: sensitive.has(name) }),
  );
  const outputs = Object.entries(resource.outputs).map(
    ([name, value]): OutputView => ({ name, value, sensitive: sensitive.has(name) }),
  );
  const lines = [
    paint("bold", title),
    `resource "${resource.kind}" "${printableLine(resource.name)}" {`,
    ...aligned(inputs),
    ...(inputs.length > 0 && outputs.length > 0 ? [""] : []),
    ...(outputs.length > 0 ? [paint("dim", "  # outputs"), ...aligned(outputs)] : []),
    "}",
    ...resource.dependsOn.map((needed) => paint("dim", `# depends on ${printableLine(needed)}`)),
    ...Object.entries(resource.steps).flatMap(([id, step]) => [
      paint("dim", `# last run: ${printableLine(id)}`),
      ...Object.keys(step.artifacts).map((path) => paint("dim", `#   with ${printableLine(path)}`)),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

function aligned(entries: readonly OutputView[]): readonly string[] {
  const widest = Math.max(0, ...entries.map((e) => e.name.length));
  return entries.map(
    ({ name, value, sensitive }) =>
      `  ${name.padEnd(widest)} = ${sensitive ? masked : blockValue(value, "  ")}`,
  );
}

const drift: Readonly<Record<Observation["status"], { sigil: string; style: Style }>> = {
  ok: { sigil: "=", style: "dim" },
  changed: { sigil: "~", style: "yellow" },
  gone: { sigil: "-", style: "red" },
  foreign: { sigil: "!", style: "bold-red" },
  unknown: { sigil: "?", style: "cyan" },
};

/** `refresh`: what is not as the state has it. Resources that are as they should be are counted. */
export function driftView(
  observed: readonly { readonly address: string; readonly observation: Observation }[],
  options: ViewOptions,
): string {
  const paint = painter(options.color);
  const different = observed.filter((o) => o.observation.status !== "ok");
  if (different.length === 0) {
    return `${paint("bold", "No drift: everything that can be seen is as the state has it.")}\n`;
  }
  const lines = different.map(({ address, observation }) => {
    const { sigil, style } = drift[observation.status];
    const detail =
      observation.status === "ok" ? "" : `  ${observation.status} (${printableLine(observation.detail)})`;
    return `  ${paint(style, sigil)} ${paint("bold", printableLine(address))}${detail}`;
  });
  const unseen = different.filter((o) => o.observation.status === "unknown").length;
  const drifted = different.length - unseen;
  const sum = `${paint("bold", "Drift:")} ${drifted} of ${observed.length} differ${unseen > 0 ? `, ${unseen} could not be seen` : ""}.`;
  return `${lines.join("\n")}\n\n${sum}\n`;
}
