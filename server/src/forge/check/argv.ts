import type { CheckedCommand } from "../bundle.ts";

export interface CommandPaths {
  /** `.clockwork/build`, absolute. */
  readonly buildDir: string;
  /** The runtime's program, absolute, outside the stack. */
  readonly runtime: string;
  /** The artifact's file, absolute. */
  readonly script: string;
}

export interface CommandLine {
  readonly argv: readonly string[];
  /** What the step's environment must have besides; wins over everything else. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The real command line of a checked command. Each runtime is started so that neither environment nor files beside the
 * script change what it runs. Source: SAFETY 2.4 and section 4; `--deny-import` together with `--allow-all` was tried with
 * deno 2.9.6.
 */
export function commandArgv(command: CheckedCommand, paths: CommandPaths): CommandLine {
  const { runtime, script } = paths;
  const { flags, args } = command;
  switch (command.runtime) {
    case "bash":
      // Long options first, or bash refuses them.
      return { argv: [runtime, "--norc", "--noprofile", "-p", ...flags, script, ...args], env: {} };
    case "python3":
      // -B: no __pycache__ appears in build/.
      return { argv: [runtime, "-I", "-B", ...flags, script, ...args], env: {} };
    case "node":
      return { argv: [runtime, ...flags, script, ...args], env: {} };
    case "deno":
      return { argv: [runtime, "run", ...denoAlways, ...flags, script, ...args], env: denoEnvironment };
    case "go":
      return { argv: [runtime, "run", "-trimpath", ...flags, script, ...args], env: goEnvironment };
  }
}

const denoAlways = ["--no-prompt", "--no-config", "--no-lock", "--no-remote", "--no-npm", "--deny-import"];
const denoEnvironment = { DENO_NO_UPDATE_CHECK: "1", DENO_NO_PACKAGE_JSON: "1" };
const goEnvironment = {
  GOFLAGS: "",
  GOENV: "off",
  GOWORK: "off",
  GOPROXY: "off",
  GOTOOLCHAIN: "local",
  GOTELEMETRY: "off",
  CGO_ENABLED: "0",
  // Without it a go.mod in any folder above the script would have a say.
  GO111MODULE: "off",
};
