import * as z from "zod/mini";

/** The ArtifactBundle, exactly the seed's shape. What a compiler answers; a proposal until the check has passed. */
export const artifact = z.strictObject({
  path: z.string().check(z.describe("Relative to .clockwork/build/, below scripts/ or files/.")),
  mode: z.enum(["0644", "0755", "0600", "0700"]),
  purpose: z.string().check(z.describe("Id of the step it serves, or its name where that is unambiguous.")),
  lang: z.string().check(z.describe("bash, python, node, deno, go, or text for data below files/.")),
  content: z.string(),
});
export type Artifact = Readonly<z.infer<typeof artifact>>;

export const runStep = z.strictObject({
  purpose: z.string(),
  run: z.strictObject({ cmd: z.array(z.string()).check(z.minLength(1)) }),
});
export type RunStep = z.infer<typeof runStep>;

export const artifactBundle = z.strictObject({
  version: z.literal("1"),
  artifacts: z.array(artifact),
  steps: z.array(runStep),
  vars: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type ArtifactBundle = z.infer<typeof artifactBundle>;

declare const checked: unique symbol;

/** A bundle that the check let pass; only `check` makes one. Purposes are step ids, every run command is parsed. */
export interface CheckedBundle {
  readonly [checked]: true;
  readonly artifacts: readonly Artifact[];
  readonly steps: readonly CheckedStep[];
  readonly vars: Readonly<Record<string, string>>;
}

export interface CheckedStep {
  /** The action's id. */
  readonly purpose: string;
  readonly command: CheckedCommand;
  /**
   * The variables of the bundle the step came from, where bundles of several builds stand together in build/; else absent,
   * and the bundle's `vars` are meant. Two services built at different times may both have a NAME.
   */
  readonly vars?: Readonly<Record<string, string>>;
}

export type Runtime = "bash" | "python3" | "node" | "deno" | "go";

/** A run command taken apart; the core builds the real argv from it. */
export interface CheckedCommand {
  readonly runtime: Runtime;
  /** Flags the runtime gets, from its allow-list (deno's permissions, bash's -e -u). */
  readonly flags: readonly string[];
  /** The artifact's path in the bundle. */
  readonly script: string;
  readonly args: readonly string[];
}
