/** Scripts of an agent as people review them on a terminal. Pure. */
import { printableLine } from "../../diagnostics/printable.ts";
import { type Paint, painter } from "../../diagnostics/style.ts";
import type { AgentScript } from "../../forge/agent/scripts.ts";
import { capabilitiesText } from "./rights.ts";

/** Lines of one script, and of all together, that are shown; the files have the rest. */
const most = { script: 120, all: 400 } as const;

/** `fresh`: paths of those that are new and so are shown as a whole. */
export function scriptsView(
  scripts: readonly AgentScript[],
  fresh: ReadonlySet<string>,
  options: { readonly color: boolean },
): string {
  const paint = painter(options.color);
  const models = [...new Set(scripts.map(({ model }) => printableLine(model)))].join(", ");
  let left: number = most.all;
  const parts = scripts.map((script) => {
    const lines = fresh.has(script.path) ? textLines(script, left, paint) : [];
    left -= lines.length;
    return [header(script, paint), ...lines].join("\n");
  });
  const title = `${paint("bold", "Written by an agent")} (${models}), checked:`;
  return `${title}\n\n${parts.join("\n\n")}\n\n`;
}

function header({ path, step, may, confined }: AgentScript, paint: Paint): string {
  const held = confined ? "in a sandbox that holds it to that" : paint("yellow", "without a sandbox");
  const rights = `${printableLine(step)} may use: ${capabilitiesText(may)}; ${held}`;
  return `  ${paint("cyan", `.clockwork/build/${path}`)}\n  ${rights}`;
}

function textLines({ text, path }: AgentScript, left: number, paint: Paint): readonly string[] {
  const lines = text.replace(/\n$/, "").split("\n");
  const shown = lines.slice(0, Math.max(0, Math.min(most.script, left)));
  const width = String(shown.length).length;
  const more = lines.length - shown.length;
  return [
    ...shown.map(
      (line, i) => `  ${paint("dim", `${String(i + 1).padStart(width)} |`)} ${printableLine(line)}`,
    ),
    ...(more > 0 ? [paint("bold", `  … ${more} more lines: read .clockwork/build/${path}`)] : []),
  ];
}
