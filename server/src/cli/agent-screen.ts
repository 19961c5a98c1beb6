/** An agent at work in a command that is no run: on the terminal, and as events. */
import type { AgentEvent } from "../protocol.ts";
import type { CliContext } from "./context.ts";
import type { EventFile } from "./event-file.ts";
import { runScreen } from "./views/run-screen.ts";

export interface AgentScreen {
  readonly onEvent: (event: AgentEvent) => void;
  readonly close: () => void;
}

/** With `json` nothing is printed: stdout belongs to the document. */
export function agentScreen(
  context: CliContext,
  { json }: { readonly json?: boolean },
  events: EventFile,
): AgentScreen {
  const live = context.interactive && !json;
  const { color, unicode, width } = context;
  const screen = runScreen({ live, width, color: color.out, unicode });
  const now = () => context.host.clock.now();
  const timer = live ? setInterval(() => context.out(screen.tick(now())), 100) : undefined;
  return {
    onEvent: (event) => {
      events.write(event);
      if (!json) context.out(screen.event(event, now()));
    },
    close: () => {
      clearInterval(timer);
      if (live) context.out(screen.clear());
    },
  };
}
