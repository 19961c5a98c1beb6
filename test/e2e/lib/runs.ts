import type { Server } from "./server.ts";
import type { Workbench } from "./workbench.ts";

/** A window and the server behind it, whose log tells surely what was started there; what a click shows may be gone soon. */
export interface Editor {
  readonly wb: Workbench;
  readonly server: Server;
}

/** Clicks on a lens at the top of the file that starts a command, again until it has started: lenses move under the mouse. */
export async function clickRun({ wb, server }: Editor, command: string, lens = command): Promise<void> {
  const before = starts(server, command);
  const hasStarted = async () => starts(server, command) > before;
  await wb.until(`the lens ${lens} to start something`, async () => {
    if (await hasStarted()) return true;
    await (await wb.codeLens(lens, 3_000)).click({ timeout: 2_000 });
    return wb.soon(hasStarted);
  });
}

/** Waits until so many calls of a command have ended, and tells the exit code of the last one. */
export function ended({ wb, server }: Editor, command: string, calls: number): Promise<string> {
  const pattern = new RegExp(`clockwork ${command}: exit code (\\w+)`, "g");
  return wb.until(
    `${calls} calls of ${command} to end`,
    async () => [...server.log().matchAll(pattern)].at(calls - 1)?.[1],
  );
}

const starts = (server: Server, command: string): number =>
  server.log().split(new RegExp(`cli\\.js'? '?${command}\\b`)).length;
