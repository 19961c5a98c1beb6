/** Shows a run as it happens: on the terminal, as NDJSON on stdout, and in an events file for the editor. */
import type { AppendFile } from "../host/ports.ts";
import type { RunEvent } from "../protocol.ts";
import type { CliContext } from "./context.ts";
import { type CommonFlags, writable } from "./options.ts";
import { printEvent } from "./views/json.ts";
import { runScreen } from "./views/run-screen.ts";

export interface RunView {
  readonly onEvent: (event: RunEvent) => void;
  /** Takes live lines away and waits until the events file is written. */
  readonly close: () => Promise<void>;
}

export async function openRunView(
  context: CliContext,
  flags: CommonFlags & { readonly events?: string },
): Promise<RunView> {
  const live = context.interactive && !flags.json;
  const screen = runScreen({
    live,
    width: context.width,
    color: context.color.out,
    unicode: context.unicode,
  });
  const events = flags.events === undefined ? undefined : await openEvents(context, flags, flags.events);
  const now = () => context.host.clock.now();
  const timer = live ? setInterval(() => context.out(screen.tick(now())), 100) : undefined;
  const pending: Promise<void>[] = [];
  return {
    onEvent: (event) => {
      if (events) pending.push(events.write(printEvent(event)));
      context.out(flags.json ? printEvent(event) : screen.event(event, now()));
    },
    close: async () => {
      clearInterval(timer);
      if (live) context.out(screen.clear());
      await Promise.all(pending);
      await events?.close();
    },
  };
}

async function openEvents(context: CliContext, flags: CommonFlags, file: string): Promise<AppendFile> {
  const path = await writable(context, flags, "--events", file);
  // A reader waits for the first line of this run, not for what an earlier one left.
  await context.host.files.remove(path);
  return context.host.files.append(path);
}
