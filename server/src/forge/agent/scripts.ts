import { type Action, actionId } from "../../assembly/actions.ts";
import { type Diagnostic, diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Host, ReadFiles } from "../../host/ports.ts";
import { type Capabilities, capabilities, type OwnSteps } from "../capabilities.ts";
import { readManifest } from "../manifest.ts";
import { forEach, PlainTree, stackDirOf } from "../plain.ts";
import { isConfined } from "../sandbox.ts";

/** An artifact that an agent wrote, whoever has edited it since. */
export interface AgentScript {
  /** Below build/. */
  readonly path: string;
  /** The step's id. */
  readonly step: string;
  readonly model: string;
  /** As it stands there. */
  readonly text: string;
  readonly may: Capabilities;
  /** It runs in a sandbox that holds it to that. */
  readonly confined: boolean;
}

/** Those of some steps, in the steps' order. */
export async function agentScripts(
  files: ReadFiles,
  buildDir: string,
  steps: readonly Action[],
  ownSteps: OwnSteps,
  { environment: { uid }, jobs }: Pick<Host, "environment" | "jobs">,
): Promise<readonly AgentScript[]> {
  const { value: manifest } = await readManifest(files, buildDir);
  if (!manifest) return [];
  const { driver } = await jobs.sandbox();
  const tree = new PlainTree(files, stackDirOf(buildDir), uid);
  const byStep = new Map<string, [path: string, model: string][]>();
  for (const [path, { purpose, origin }] of Object.entries(manifest.artifacts)) {
    if (origin.compiler === "builtin") continue;
    byStep.set(purpose, [...(byStep.get(purpose) ?? []), [path, origin.model ?? origin.compiler]]);
  }
  const found = await forEach(steps, (action) =>
    forEach(byStep.get(actionId(action)) ?? [], async ([path, model]): Promise<AgentScript> => {
      const there = await tree.look(`${buildDir}/${path}`);
      const text = there.kind === "file" ? (there.text ?? "") : "";
      const may = capabilities(action, ownSteps(action));
      return {
        path,
        step: actionId(action),
        model,
        text,
        may,
        confined: driver !== "none" && isConfined(may),
      };
    }),
  );
  return found.flat();
}

/** Why those that no sandbox holds are not run: nobody said that they may. */
export function unsandboxed(scripts: readonly AgentScript[]): Diagnostic {
  const [first] = scripts;
  const which =
    scripts.length === 1
      ? `.clockwork/build/${first?.path} was written by an agent`
      : `${scripts.length} scripts were written by an agent, such as .clockwork/build/${first?.path}`;
  return diagnostic("agent-unsandboxed", `${which}, and no sandbox would hold what it does`, {
    hint: "Read what it does and run the command in a terminal, where it asks; or, having read it, give --allow-unsandboxed (as root also --allow-root).",
  });
}
