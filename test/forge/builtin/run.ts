/** Compiles one action with the built-in compiler and runs its script as the core would: a bare environment, a temp stack. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import type { Action } from "../../../server/src/assembly/actions.ts";
import { compileBuiltin } from "../../../server/src/forge/builtin/compile.ts";
import type { EnvFacts } from "../../../server/src/intake/facts.ts";

export const lineage = "6a5b7c1e-0000-4000-8000-000000000001";

export const facts: EnvFacts = {
  os: "linux",
  arch: "x64",
  runtimes: {},
  engine: { name: "podman", path: "/usr/bin/podman", version: "4.3.1" },
};

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What it wrote to CLOCKWORK_OUTPUT. */
  readonly outputs: Readonly<Record<string, string>>;
  /** What it wrote to CLOCKWORK_SERVICE. */
  readonly service: string;
}

const made: string[] = [];

afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

export function makeStack(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "clockwork-builtin-")));
  made.push(folder);
  return folder;
}

export async function run(
  stack: string,
  action: Action,
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const { value, diagnostics } = compileBuiltin([action], facts);
  const artifact = value.artifacts[0];
  if (!artifact) throw new Error(diagnostics.map((d) => d.message).join("; "));
  const script = join(stack, ".clockwork/build", artifact.path);
  mkdirSync(dirname(script), { recursive: true });
  writeFileSync(script, artifact.content);
  const work = makeStack();
  const output = join(work, "output");
  const service = join(work, "service");
  writeFileSync(output, "");
  writeFileSync(service, "");
  const argv =
    artifact.lang === "bash" ? ["bash", "--norc", "--noprofile", "-p", script] : [process.execPath, script];
  const result = await execute(argv, {
    cwd: stack,
    env: {
      PATH: `/usr/local/bin:/usr/bin:/bin:${dirname(process.execPath)}`,
      HOME: work,
      TMPDIR: work,
      LANG: "C.UTF-8",
      CLOCKWORK_OUTPUT: output,
      CLOCKWORK_SERVICE: service,
      CLOCKWORK_STACK_DIR: stack,
      CLOCKWORK_LINEAGE: lineage,
      ...handedOver(action, env, work),
    },
  });
  return { ...result, outputs: readOutputs(output), service: readFileSync(service, "utf8") };
}

/** What is secret is in files. */
function handedOver(
  { secrets = [] }: Action,
  env: Readonly<Record<string, string>>,
  folder: string,
): Record<string, string> {
  const given = Object.entries(env).map(([name, value]): [string, string] => {
    if (!secrets.includes(name)) return [name, value];
    writeFileSync(join(folder, name), value);
    return [`${name}_FILE`, join(folder, name)];
  });
  return Object.fromEntries(given);
}

function readOutputs(path: string): Record<string, string> {
  const lines = readFileSync(path, "utf8").split("\n");
  return Object.fromEntries(
    lines.filter((l) => l !== "").map((l) => [l.slice(0, l.indexOf("=")), l.slice(l.indexOf("=") + 1)]),
  );
}

export function execute(
  argv: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<{ code: number; stdout: string; stderr: string }> {
  const [program = "", ...words] = argv;
  return new Promise((resolve) => {
    const child = execFile(
      program,
      words,
      { ...options, timeout: 60_000, maxBuffer: 64 * 1024 * 1024 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? 255, stdout, stderr }),
    );
    child.stdin?.end();
  });
}
