/**
 * What the machine offers (EnvFacts), found by looking: which runtimes, git and container engine can be used. Nothing is
 * looked for that was not asked for, because asking an engine takes a tenth of a second and more.
 */

import * as z from "zod/mini";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { english } from "../diagnostics/schema-messages.ts";
import { type Host, HostError, type RunResult } from "../host/ports.ts";
import { type EnvFacts, envFacts, type Program } from "./facts.ts";

type Runtime = keyof EnvFacts["runtimes"];
export type Need = Runtime | "engine" | "git";

const everything: ReadonlySet<Need> = new Set(["bash", "python3", "node", "deno", "go", "engine", "git"]);

/** Longest wait for one program's answer. */
const probeMs = 3000;

/**
 * Variables of the user's by which docker's and podman's clients find their engine, its settings and their credentials.
 */
export const engineVariables = [
  "DOCKER_HOST",
  "DOCKER_CONTEXT",
  "DOCKER_CONFIG",
  "DOCKER_TLS_VERIFY",
  "DOCKER_CERT_PATH",
  "DOCKER_API_VERSION",
  "DOCKER_BUILDKIT",
  "CONTAINERS_CONF",
  "CONTAINERS_STORAGE_CONF",
  "CONTAINERS_REGISTRIES_CONF",
  "REGISTRY_AUTH_FILE",
  "CONTAINER_HOST",
  "CONTAINER_CONNECTION",
  "BUILDAH_ISOLATION",
  "XDG_RUNTIME_DIR",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "DBUS_SESSION_BUS_ADDRESS",
  "HOME",
] as const;

/** The programs that are there, of those asked for; all when `need` is absent. Never rejects for want of one. */
export async function discoverFacts(
  host: Host,
  stackDir: string,
  options: { readonly need?: ReadonlySet<Need> } = {},
): Promise<EnvFacts> {
  const need = options.need ?? everything;
  const probe = (name: string, words: readonly string[], version: RegExp): Promise<Program | undefined> =>
    findProgram(host, stackDir, name, words, version);
  const when = <T>(name: Need, find: () => Promise<T | undefined>): Promise<T | undefined> =>
    need.has(name) ? find() : Promise.resolve(undefined);
  const [bash, python3, deno, go, git, engine] = await Promise.all([
    when("bash", () => probe("bash", ["--version"], /version (\d[\w.]*)/)),
    when("python3", () => probe("python3", ["--version"], /Python (\d[\w.+]*)/)),
    when("deno", () => probe("deno", ["--version"], /deno (\d[\w.+-]*)/)),
    when("go", () => probe("go", ["version"], /go(\d[\w.]*)/)),
    when("git", () => probe("git", ["--version"], /version (\d[\w.]*)/)),
    when("engine", () => findEngine(host, stackDir)),
  ]);
  const { nodePath, nodeVersion } = host.environment;
  const node = need.has("node") ? { path: nodePath, version: nodeVersion.replace(/^v/, "") } : undefined;
  return {
    os: osOf(host.environment.platform),
    arch: host.environment.arch,
    runtimes: {
      ...(bash && { bash }),
      ...(python3 && { python3 }),
      ...(node && { node }),
      ...(deno && { deno }),
      ...(go && { go }),
    },
    ...(engine && { engine }),
    ...(git && { git }),
  };
}

/** The text of a `--facts` file. */
export function readFacts(text: string): { value?: EnvFacts; diagnostics: Diagnostic[] } {
  const problem = (reason: string): { diagnostics: Diagnostic[] } => ({
    diagnostics: [
      diagnostic("facts-unreadable", `The facts cannot be read: ${reason}`, {
        hint: "`clockwork show facts --json` prints those of this machine.",
      }),
    ],
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return problem(error.message);
    throw error;
  }
  const parsed = envFacts.safeParse(json, english);
  if (parsed.success) return { value: parsed.data, diagnostics: [] };
  return problem(z.prettifyError(parsed.error).replaceAll("\n", " ").replaceAll("✖ ", ""));
}

/** Systems we know nothing of are taken for the nearest one: a Unix. */
function osOf(platform: string): EnvFacts["os"] {
  return platform === "darwin" || platform === "win32" ? platform : "linux";
}

/** docker where its daemon answers, else podman where it works: a client alone is no engine. */
async function findEngine(host: Host, stackDir: string): Promise<EnvFacts["engine"]> {
  const [docker, podman] = await Promise.all([
    findProgram(host, stackDir, "docker", ["version", "--format", "{{.Server.Version}}"], /^(\d\S*)$/m),
    findProgram(host, stackDir, "podman", ["info", "--format", "{{.Version.Version}}"], /^(\d\S*)$/m),
  ]);
  if (docker) return { name: "docker", ...docker };
  return podman && { name: "podman", ...podman };
}

async function findProgram(
  host: Host,
  stackDir: string,
  name: string,
  words: readonly string[],
  version: RegExp,
): Promise<Program | undefined> {
  for (const path of await candidates(host, stackDir, name)) {
    const result = await ask(host, [path, ...words]);
    const found = result?.code === 0 ? version.exec(result.stdout)?.[1] : undefined;
    if (found !== undefined) return { path, version: found };
  }
  return undefined;
}

/** Programs of that name in the folders of PATH that are absolute and outside the stack: a repository brings no runtime. */
async function candidates(host: Host, stackDir: string, name: string): Promise<string[]> {
  const folders = (host.environment.variables["PATH"] ?? "").split(":");
  const outside = [...new Set(folders)].filter(
    (folder) =>
      folder.startsWith("/") && !`${folder}/`.startsWith(`${stackDir}/`) && !folder.includes("/../"),
  );
  const found: string[] = [];
  for (const folder of outside) {
    const path = `${folder.replace(/\/+$/, "")}/${name}`;
    const stat = await statOrNothing(host, path);
    const executable = stat?.kind === "symlink" || (stat?.kind === "file" && (stat.mode & 0o111) !== 0);
    if (executable) found.push(path);
  }
  return found;
}

/** A folder of PATH that may not be looked into holds nothing for us. */
async function statOrNothing(host: Host, path: string): ReturnType<Host["files"]["stat"]> {
  try {
    return await host.files.stat(path);
  } catch (error) {
    if (error instanceof HostError) return undefined;
    throw error;
  }
}

/** A program that cannot be started or does not answer in time is as good as none. */
async function ask(host: Host, argv: readonly string[]): Promise<RunResult | undefined> {
  try {
    return await host.processes.run(argv, { timeoutMs: probeMs });
  } catch (error) {
    if (error instanceof HostError) return undefined;
    throw error;
  }
}
