import * as z from "zod/mini";

const program = z.strictObject({
  /** Absolute, outside the stack. */
  path: z.string(),
  version: z.string(),
});
export type Program = Readonly<z.infer<typeof program>>;

/** What the machine offers: found once per command, or given with `--facts`. */
export const envFacts = z.strictObject({
  os: z.enum(["linux", "darwin", "win32"]),
  arch: z.string(),
  /** By the runtime's name in a run command: bash, python3, node, deno, go. */
  runtimes: z.partialRecord(z.enum(["bash", "python3", "node", "deno", "go"]), program),
  engine: z.optional(
    z.strictObject({ name: z.enum(["docker", "podman"]), path: z.string(), version: z.string() }),
  ),
  git: z.optional(program),
});
export type EnvFacts = Readonly<z.infer<typeof envFacts>>;
