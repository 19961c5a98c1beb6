/** Looks at many stacks again and again, a few at a time, and at each alone once. */
import type { Clock } from "../host/ports.ts";

/** What is watched. */
export interface Watched {
  /** Between two looks, in milliseconds. */
  readonly intervalMs: number;
  /** One look. What it throws is the watcher's to tell; the next look comes all the same. */
  readonly tick: () => Promise<void>;
}

export interface WatchOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** From 0 up to 1: so that stacks which were started together do not stay together. */
  readonly random: () => number;
  /** Most looks at a time. */
  readonly parallelism: number;
}

/** A look comes up to this part of its interval earlier or later. */
const jitter = 0.1;

/** Until the signal comes; looks that are under way end first. */
export async function watch(stacks: readonly Watched[], options: WatchOptions): Promise<void> {
  const { clock, signal, random, parallelism } = options;
  const queue = stacks.map((stack) => ({
    stack,
    at: clock.now() + random() * Math.min(stack.intervalMs, 1000),
  }));
  const running = new Set<Promise<void>>();
  const stopped = aborted(signal);
  while (!signal.aborted) {
    queue.sort((a, b) => a.at - b.at);
    const [next] = queue;
    const wait = next === undefined ? undefined : next.at - clock.now();
    if (next && wait !== undefined && wait <= 0 && running.size < parallelism) {
      queue.shift();
      const { stack } = next;
      const look = stack.tick().finally(() => {
        running.delete(look);
        const spread = 1 + jitter * (2 * random() - 1);
        queue.push({ stack, at: clock.now() + stack.intervalMs * spread });
      });
      running.add(look);
      continue;
    }
    if (next === undefined || running.size >= parallelism) await Promise.race([...running, stopped]);
    else await Promise.race([...running, pause(clock, Math.max(1, wait ?? 1), signal)]);
  }
  await Promise.all(running);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
