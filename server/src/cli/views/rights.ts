/** What the steps of a plan may do to the machine, before anybody says yes to it. Pure. */
import { type Action, actionId } from "../../assembly/actions.ts";
import type { ViewOptions } from "../../assembly/view/plan.ts";
import { printableLine } from "../../diagnostics/printable.ts";
import { painter } from "../../diagnostics/style.ts";
import type { Capabilities } from "../../forge/capabilities.ts";
import { isConfined } from "../../forge/sandbox.ts";
import { isServiceConfined } from "../../forge/service-sandbox.ts";

/** Steps of the same rights that are named; a plan may have thousands. */
const mostNamed = 4;

/** Steps by what they may do, in the plan's order; empty where there is no step. */
export function rightsView(
  steps: readonly Action[],
  may: (action: Action) => Capabilities,
  options: ViewOptions,
): string {
  if (steps.length === 0) return "";
  const paint = painter(options.color);
  const groups = new Map<string, { readonly ids: string[]; readonly isHeld: boolean }>();
  for (const step of steps) {
    const can = may(step);
    const text = capabilitiesText(can);
    const group = groups.get(text) ?? { ids: [], isHeld: isHeld(can) };
    groups.set(text, group);
    group.ids.push(printableLine(actionId(step)));
  }
  const lines = [...groups].map(([text, { ids, isHeld }]) => {
    const more = ids.length > mostNamed ? ` and ${ids.length - mostNamed} more` : "";
    return `  ${isHeld ? text : paint("yellow", text)}: ${ids.slice(0, mostNamed).join(", ")}${more}`;
  });
  return `${paint("bold", "What they may use:")}\n${lines.join("\n")}\n`;
}

const isHeld = (can: Capabilities): boolean =>
  isConfined(can) && (!can.service || isServiceConfined(can.service.writes));

const networks: Readonly<Record<Capabilities["network"], string>> = {
  none: "no network",
  loopback: "the network, for this machine",
  remote: "the network, for what its arguments name",
  any: "the network",
};

/** What a step may do, in a few words. */
export function capabilitiesText({ network, engine, git, home, writes, service }: Capabilities): string {
  const wheres =
    typeof writes === "string"
      ? { nothing: "no writing", path: "writing the path of its arguments", any: "writing anything" }[writes]
      : writes.length === 0
        ? "no writing"
        : `writing ${writes.map(printableLine).join(", ")}`;
  const parts = [
    networks[network],
    wheres,
    ...(engine ? ["the container engine, which is root on this machine"] : []),
    ...(git ? ["git with your keys"] : []),
    ...(home && !git ? ["reading your home"] : []),
    ...(service ? [`keeping a command of the stack running, ${serviceText(service.writes)}`] : []),
  ];
  return parts.join("; ");
}

function serviceText(writes: readonly string[]): string {
  if (!isServiceConfined(writes)) return "with your rights";
  return `which has the network and may write ${["the stack's folder", ...writes.map(printableLine)].join(", ")}`;
}
