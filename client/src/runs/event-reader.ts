import type { RunEvent } from "../../../server/src/protocol.ts";

export interface ReadEvents {
  readonly events: readonly RunEvent[];
  /** Lines that are no event: of a process that was killed while it wrote, or of somebody else. */
  readonly strange: readonly string[];
}

/** Makes events of the bytes of an events file, however they are cut. */
export class EventReader {
  #decoder = new TextDecoder();
  /** A line that has not ended yet. */
  #rest = "";

  take(bytes: Uint8Array): ReadEvents {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    const end = text.lastIndexOf("\n") + 1;
    this.#rest = text.slice(end);
    const events: RunEvent[] = [];
    const strange: string[] = [];
    for (const line of text.slice(0, end).split("\n")) {
      if (line.trim() === "") continue;
      const event = eventOf(line);
      if (event) events.push(event);
      else strange.push(line);
    }
    return { events, strange };
  }

  /** The file begins anew: half a line of the old one is no part of the first one now. */
  restart(): void {
    this.#decoder = new TextDecoder();
    this.#rest = "";
  }
}

/** All there are: the compiler misses none. */
const types: Readonly<Record<RunEvent["type"], true>> = {
  run: true,
  plan: true,
  build: true,
  "step-started": true,
  "step-output": true,
  "step-finished": true,
  diagnostic: true,
  done: true,
  "agent-asking": true,
  "agent-progress": true,
  "agent-answered": true,
  "agent-ended": true,
};

/** Our own command line writes the file, so that an event's type says all of its form. */
function eventOf(line: string): RunEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isEvent(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isEvent(value: unknown): value is RunEvent {
  return (
    typeof value === "object" &&
    value !== null &&
    "type" in value &&
    typeof value.type === "string" &&
    Object.hasOwn(types, value.type)
  );
}
