/** Asks git about a clone, without changing anything. */
import { type Host, HostError } from "../../host/ports.ts";
import type { EnvFacts } from "../../intake/facts.ts";

const answerMs = 10_000;

/** What git prints, without the line end; undefined when it fails or is not there. */
export async function git(
  host: Host,
  facts: EnvFacts,
  folder: string,
  words: readonly string[],
): Promise<string | undefined> {
  const argv = [facts.git?.path ?? "git", "-C", folder, "-c", "core.fsmonitor=false", ...words];
  const parent = folder.slice(0, folder.lastIndexOf("/"));
  // A folder that is no clone must not be taken for the repository around it.
  const env = { ...host.environment.variables, GIT_CEILING_DIRECTORIES: parent, GIT_OPTIONAL_LOCKS: "0" };
  try {
    const result = await host.processes.run(argv, { env, timeoutMs: answerMs });
    return result.code === 0 ? result.stdout.trim() : undefined;
  } catch (error) {
    if (error instanceof HostError) return undefined;
    throw error;
  }
}
