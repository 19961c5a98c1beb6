/** Asks the container engine about one thing, without changing anything. */

import * as z from "zod/mini";
import { jsonOf } from "../../host/json.ts";
import { type Host, HostError, type RunResult } from "../../host/ports.ts";
import type { EnvFacts } from "../../intake/facts.ts";

export type EngineKind = "container" | "image" | "network" | "volume";

export interface EngineThing {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Of containers. */
  readonly running: boolean;
  /** Of containers: it has ended, and the engine is about to start it again. */
  readonly restarting: boolean;
  /** Of containers that do not run: how the last one ended. */
  readonly exitCode?: number;
}

/** `absent`: the engine answers, and there is no such thing. */
export type Inspected =
  | { readonly status: "found"; readonly thing: EngineThing }
  | { readonly status: "absent" }
  | { readonly status: "unknown"; readonly detail: string };

/** The label that says which stack a thing belongs to: its lineage. */
export const stackLabel = "clockwork.stack";
/** The label of containers that says what they were made from. Images have none, so no container inherits it. */
export const configLabel = "clockwork.config";

/** Longest wait for the engine. */
const answerMs = 10_000;

const labels = z.nullish(z.record(z.string(), z.string()));
/** Both engines, all four kinds; podman writes networks in small letters. */
const description = z.looseObject({
  Id: z.optional(z.string()),
  id: z.optional(z.string()),
  Name: z.optional(z.string()),
  name: z.optional(z.string()),
  Labels: labels,
  labels,
  Config: z.nullish(z.looseObject({ Labels: labels })),
  State: z.nullish(
    z.looseObject({
      Running: z.optional(z.boolean()),
      Restarting: z.optional(z.boolean()),
      ExitCode: z.optional(z.number()),
    }),
  ),
});

export async function inspect(
  host: Pick<Host, "processes">,
  facts: EnvFacts,
  kind: EngineKind,
  name: string,
): Promise<Inspected> {
  if (!facts.engine) return { status: "unknown", detail: "neither docker nor podman answers" };
  const result = await ask(host, [facts.engine.path, kind, "inspect", name]);
  if (typeof result === "string") return { status: "unknown", detail: `${facts.engine.name} ${result}` };
  if (result.code !== 0) {
    if (saysAbsent(result.stderr)) return { status: "absent" };
    return { status: "unknown", detail: `${facts.engine.name} says: ${firstLine(result.stderr)}` };
  }
  const parsed = z.array(description).check(z.minLength(1)).safeParse(jsonOf(result.stdout));
  const found = parsed.success ? parsed.data[0] : undefined;
  if (!found)
    return { status: "unknown", detail: `${facts.engine.name} answers in a form that is not known` };
  return {
    status: "found",
    thing: {
      id: found.Id ?? found.id ?? found.Name ?? found.name ?? name,
      labels: found.Config?.Labels ?? found.Labels ?? found.labels ?? {},
      running: found.State?.Running === true,
      restarting: found.State?.Restarting === true,
      ...(found.State?.ExitCode !== undefined && { exitCode: found.State.ExitCode }),
    },
  };
}

/**
 * Both engines end with 1 or 125 for whatever went wrong; the text alone says what. A missing socket is "no such file".
 */
function saysAbsent(stderr: string): boolean {
  return /no such (container|image|network|volume|object)|not known|network .*not found|unable to find network/i.test(
    stderr,
  );
}

async function ask(host: Pick<Host, "processes">, argv: readonly string[]): Promise<RunResult | string> {
  try {
    return await host.processes.run(argv, { timeoutMs: answerMs });
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return error.code === "ETIMEDOUT" ? "does not answer" : `cannot be run (${error.code})`;
  }
}

export function firstLine(text: string): string {
  return text.trim().split("\n")[0]?.slice(0, 200) ?? "";
}
