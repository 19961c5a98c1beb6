import type { RunEvent } from "../../../server/src/protocol.ts";
import { EventReader } from "./event-reader.ts";

/** A piece of a file that another process appends to. */
export interface Piece {
  /** From the offset that was asked for; empty at the end. */
  readonly bytes: Uint8Array;
  /** Of the whole file. */
  readonly size: number;
  /** Tells this file from another one that takes its place under the same name. */
  readonly identity: string;
}

export interface FollowPorts {
  /** Undefined while there is no such file. */
  read(offset: number): Promise<Piece | undefined>;
  /** Resolves after a moment, or at once when the signal aborts. */
  pause(signal: AbortSignal): Promise<void>;
}

export interface Following {
  onEvent(event: RunEvent): void;
  onStrange(line: string): void;
  /** The process is gone, or is not waited for any longer: what the file has by then is the end. */
  readonly ended: AbortSignal;
}

/**
 * Follows an events file while it grows, until the event `done` or the end of the process that writes it. A file that is
 * shorter than before, or another one, is read from its beginning.
 */
export async function follow(ports: FollowPorts, { onEvent, onStrange, ended }: Following): Promise<void> {
  const reader = new EventReader();
  let offset = 0;
  let identity: string | undefined;
  for (;;) {
    // Asked before reading: what was written before the end is read.
    const last = ended.aborted;
    const piece = await ports.read(offset);
    if (piece && offset > 0 && (piece.identity !== identity || piece.size < offset)) {
      reader.restart();
      offset = 0;
      identity = undefined;
      continue;
    }
    identity = piece?.identity;
    offset += piece?.bytes.length ?? 0;
    const { events, strange } = reader.take(piece?.bytes ?? new Uint8Array());
    for (const line of strange) onStrange(line);
    for (const event of events) onEvent(event);
    if (events.some(({ type }) => type === "done")) return;
    const more = piece !== undefined && offset < piece.size;
    if (more) continue;
    if (last) return;
    await ports.pause(ended);
  }
}
