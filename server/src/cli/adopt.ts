/** Whether what a folder brought along may be acted upon: a person says so, in a terminal. `--yes` does not answer it. */
import { described, type Foreign } from "../pipeline/adopt.ts";
import type { CliContext } from "./context.ts";

export async function askToAdopt(
  context: CliContext,
  { json }: { readonly json?: boolean },
  foreign: Foreign,
): Promise<boolean> {
  if (!context.interactive || json) return false;
  const paths = foreign.kind === "scripts" ? foreign.paths.map((path) => `  .clockwork/build/${path}\n`) : [];
  context.out(`${described(foreign)}.\n${paths.join("")}`);
  const answer = await context.ask("Use it, as if you had made it? Only yes is taken as a yes: ");
  context.out("\n");
  return answer.trim() === "yes";
}
