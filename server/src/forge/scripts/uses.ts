import type { Language } from "../check/languages.ts";
import type { Fault } from "../check/path.ts";
import type { Granted } from "../check/scripts.ts";
import { lineOf } from "../check/text.ts";
import type { Place, Use } from "./read.ts";

/**
 * What reaches over the network, or to the container engine, by the name it has in a script. A name is a hint and no proof: the
 * sandbox is what holds a step, and this only says beforehand what it will refuse.
 */
const programs: ReadonlyMap<string, Use["kind"]> = new Map([
  ...["curl", "wget", "nc", "ncat", "netcat", "socat", "telnet", "ftp", "sftp", "scp", "ssh", "rsync"].map(
    (name) => [name, "network"] as const,
  ),
  ...[
    "docker",
    "docker-compose",
    "podman",
    "podman-compose",
    "nerdctl",
    "buildah",
    "skopeo",
    "ctr",
    "crictl",
  ].map((name) => [name, "engine"] as const),
]);

type ModuleLanguage = "python" | "javascript" | "go";

const networkModules: Readonly<Record<ModuleLanguage, ReadonlySet<string>>> = {
  python: new Set([
    ...[
      "http.client",
      "urllib.request",
      "ftplib",
      "smtplib",
      "imaplib",
      "poplib",
      "telnetlib",
      "xmlrpc.client",
    ],
    ...["requests", "httpx", "aiohttp", "urllib3", "paramiko"],
  ]),
  javascript: new Set(["http", "https", "http2", "net", "tls", "dgram", "undici", "axios", "node-fetch"]),
  go: new Set(["net/http", "net/rpc", "net/rpc/jsonrpc", "net/smtp", "crypto/tls"]),
};

const engineModules: Readonly<Record<ModuleLanguage, ReadonlySet<string>>> = {
  python: new Set(["docker", "podman"]),
  javascript: new Set(["dockerode"]),
  go: new Set(),
};

/** What starting a program uses; `program` may be a path. */
export function programUse(program: string, at: Place): readonly Use[] {
  const kind = programs.get(program.slice(program.lastIndexOf("/") + 1));
  return kind ? [{ kind, what: program, at }] : [];
}

/** What importing a module uses. */
export function moduleUse(language: ModuleLanguage, module: string, at: Place): readonly Use[] {
  const name = module.replace(/^node:/, "");
  if (networkModules[language].has(name)) return [{ kind: "network", what: module, at }];
  return engineModules[language].has(name) ? [{ kind: "engine", what: module, at }] : [];
}

/** Programs that start the one that is their first argument but for options, numbers and settings. */
const wrappers = new Set([
  "sudo",
  "env",
  "exec",
  "nohup",
  "time",
  "timeout",
  "xargs",
  "nice",
  "setsid",
  "stdbuf",
]);

/** The word that says which program a command starts: `sudo -n docker ps` starts docker. Undefined where no plain word says it. */
export function startedBy(words: readonly (string | undefined)[]): number | undefined {
  for (const [index, word] of words.entries()) {
    if (word === undefined) return undefined;
    const isArgument = index > 0 && (/^[-\d]/.test(word) || word.includes("="));
    if (!isArgument && !wrappers.has(word)) return index;
  }
  return undefined;
}

/** Those that the step has no right to, the first of each name. */
export function useFaults(
  language: Language,
  text: string,
  uses: readonly Use[],
  granted: Granted,
): readonly Fault[] {
  const all = [...uses, ...addressUses(language, text)];
  const refused = all.filter(({ kind }) => !granted[kind]);
  const first = new Map(refused.map((use) => [`${use.kind} ${use.what}`, use] as const).reverse());
  return [...first.values()]
    .sort((a, b) => a.at.start - b.at.start)
    .map(({ kind, what, at }) => faultOf(kind, `${what} in line ${lineOf(text, at.start)}`, at, granted.own));
}

function faultOf(kind: Use["kind"], what: string, at: Place, own: boolean): Fault {
  if (kind === "network") {
    const way = own
      ? 'set network in the capabilities of its kind, such as "remote"'
      : "do it in a step that has one";
    return {
      code: "C-NETWORK",
      says: `uses ${what}, but its step has no network`,
      hint: `In the sandbox nothing answers there: ${way}`,
      at,
    };
  }
  const way = own ? "set engine = true in the capabilities of its kind" : "do it in a step that has it";
  return {
    code: "C-ENGINE",
    says: `uses ${what}, but its step may not use the container engine`,
    hint: `In the sandbox it is not there: ${way}`,
    at,
  };
}

/** Engines' sockets, and bash's own way into the network, wherever they stand outside of a comment. */
function addressUses(language: Language, text: string): readonly Use[] {
  const uses: Use[] = [];
  for (const match of text.matchAll(/(?:docker|podman|containerd|crio)\.sock\b|\/dev\/(?:tcp|udp)\//g)) {
    const [what] = match;
    const at = { start: match.index, end: match.index + what.length };
    const isNetwork = what.startsWith("/dev/");
    if (isInComment(language, text, at.start) || (isNetwork && language !== "bash")) continue;
    uses.push({ kind: isNetwork ? "network" : "engine", what, at });
  }
  return uses;
}

/** Whether the line up to there begins as a comment. */
export function isInComment(language: Language, text: string, offset: number): boolean {
  const line = text.slice(text.lastIndexOf("\n", offset) + 1, offset);
  return (language === "bash" || language === "python" ? /^\s*#/ : /^\s*(?:\/\/|\*|\/\*)/).test(line);
}
