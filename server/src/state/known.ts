/**
 * What this user has to do with on this machine: states that were begun or adopted here, folders whose build/ was, and
 * scripts that have run. It lies outside of every stack, so that a repository from elsewhere cannot bring it along. One line
 * for each, only ever added to.
 */
import type { Host } from "../host/ports.ts";

/** Of each kind those that are known. */
export interface Known {
  readonly lineages: ReadonlySet<string>;
  /** Folders of stacks, absolute. */
  readonly stacks: ReadonlySet<string>;
  /** sha256 in hex of scripts that are not simply the built-in compiler's. */
  readonly scripts: ReadonlySet<string>;
}

const maxBytes = 64 * 1024 * 1024;

/** Undefined for a user without a home, of whom nothing can be remembered. */
export async function readKnown({ files, environment }: Host): Promise<Known | undefined> {
  const path = pathOf(environment.variables);
  if (path === undefined) return undefined;
  const text = (await files.stat(path))
    ? new TextDecoder().decode(await files.readPlain(path, maxBytes))
    : "";
  const found = { lineage: new Set<string>(), stack: new Set<string>(), script: new Set<string>() };
  // A line that a crash cut off is one that says nothing.
  for (const [, kind, value = ""] of text.matchAll(/^(lineage|stack|script) (\S+)$/gm))
    found[kind as keyof typeof found].add(decodeURIComponent(value));
  return { lineages: found.lineage, stacks: found.stack, scripts: found.script };
}

/** Adds what is not known yet. */
export async function remember(
  host: Host,
  what: Partial<Record<keyof Known, Iterable<string>>>,
): Promise<void> {
  const path = pathOf(host.environment.variables);
  const known = await readKnown(host);
  if (path === undefined || !known) return;
  const lines = (kind: keyof Known) =>
    [...(what[kind] ?? [])]
      .filter((value) => !known[kind].has(value))
      .map((value) => `${kind.slice(0, -1)} ${encodeURIComponent(value)}\n`);
  const text = [...lines("lineages"), ...lines("stacks"), ...lines("scripts")].join("");
  if (text === "") return;
  const file = await host.files.append(path);
  try {
    await file.write(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function pathOf({ XDG_STATE_HOME: given, HOME: home }: Host["environment"]["variables"]): string | undefined {
  if (given?.startsWith("/")) return `${given}/clockwork/known`;
  return home ? `${home}/.local/state/clockwork/known` : undefined;
}
