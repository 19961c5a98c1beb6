/**
 * What was seen last of a stack's things, beside the state and never in it: what we believe and what somebody saw are not the
 * same, and a look changes no serial. It counts only for the state that it was taken of.
 */

import * as z from "zod/mini";
import { jsonOf } from "../host/json.ts";
import { HostError, type ReadFiles, type WriteFiles } from "../host/ports.ts";
import type { Observation } from "./observation.ts";
import type { State } from "./state.ts";

const detail = z.string();
const observation = z.discriminatedUnion("status", [
  z.strictObject({ status: z.literal("ok") }),
  z.strictObject({
    status: z.enum(["gone", "changed", "foreign"]),
    detail,
    fault: z.optional(z.enum(["stopped", "restarting"])),
  }),
  z.strictObject({ status: z.literal("unknown"), detail }),
]);

const file = z.strictObject({
  version: z.literal("1"),
  lineage: z.string(),
  serial: z.number(),
  /** Milliseconds since 1970. */
  at: z.number(),
  resources: z.record(z.string(), observation),
  /** `detail` says what a check that failed said last. */
  checks: z.record(z.string(), z.strictObject({ ok: z.boolean(), detail })),
});
export type Observations = Readonly<z.infer<typeof file>>;

const maxBytes = 64 * 1024 * 1024;

export function observationsPath(stackDir: string): string {
  return `${stackDir}/.clockwork/observations.json`;
}

/** Undefined where nobody has looked, or at another state. Whatever is wrong with the file: it is looked again. */
export async function readObservations(
  files: ReadFiles,
  stackDir: string,
  state: Pick<State, "lineage" | "serial">,
): Promise<Observations | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await files.readPlain(observationsPath(stackDir), maxBytes);
  } catch (error) {
    if (error instanceof HostError) return undefined;
    throw error;
  }
  const { data } = file.safeParse(jsonOf(new TextDecoder().decode(bytes)));
  return data?.lineage === state.lineage && data.serial === state.serial ? data : undefined;
}

export async function writeObservations(
  files: WriteFiles,
  stackDir: string,
  { lineage, serial }: Pick<State, "lineage" | "serial">,
  seen: {
    readonly at: number;
    readonly resources: ReadonlyMap<string, Observation>;
    readonly checks: Observations["checks"];
  },
): Promise<void> {
  const resources = Object.fromEntries(seen.resources) as Observations["resources"];
  const content: Observations = {
    version: "1",
    lineage,
    serial,
    at: seen.at,
    resources,
    checks: seen.checks,
  };
  await files.writeAtomic(observationsPath(stackDir), `${JSON.stringify(content)}\n`, 0o600);
}

/** The resources of a look. */
export function seenResources(observations: Observations): ReadonlyMap<string, Observation> {
  return new Map(Object.entries(observations.resources) as [string, Observation][]);
}
