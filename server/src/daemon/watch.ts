/** Looks at many stacks again and again, a few at a time, and at each alone once. What happens to files only hurries it. */
import type { Clock } from "../host/ports.ts";

/** What is watched. */
export interface Watched {
  /** Between two looks, in milliseconds. */
  readonly intervalMs: number;
  /** One look. What it throws is the watcher's to tell; the next look comes all the same. */
  readonly tick: () => Promise<void>;
  /** Calls back when there may be something to see before the next look; called once. */
  readonly onHurry?: (hurry: () => void) => void;
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
/** Whoever writes one file often writes another right after it, in milliseconds. */
const settlingMs = 500;
/** However much happens, a look ends so long before the next one begins, in milliseconds. */
const restMs = 2_000;

interface Turn {
  readonly stack: Watched;
  /** When its next look begins; undefined while one is under way. */
  at: number | undefined;
  /** Earliest that one may begin. */
  rested: number;
  /** When something happened that no look has seen yet. */
  hurried: number | undefined;
}

/** Until the signal comes; looks that are under way end first. */
export async function watch(stacks: readonly Watched[], options: WatchOptions): Promise<void> {
  const { clock, signal, random, parallelism } = options;
  const turns = stacks.map(
    (stack): Turn => ({
      stack,
      at: clock.now() + random() * Math.min(stack.intervalMs, 1000),
      rested: 0,
      hurried: undefined,
    }),
  );
  let wake: () => void = () => undefined;
  for (const turn of turns)
    turn.stack.onHurry?.(() => {
      turn.hurried ??= clock.now();
      if (turn.at === undefined) return;
      turn.at = Math.min(turn.at, hurriedAt(turn, turn.hurried));
      wake();
    });
  signal.addEventListener("abort", () => wake(), { once: true });
  const running = new Set<Promise<void>>();
  const begin = (turn: Turn): void => {
    turn.at = undefined;
    turn.hurried = undefined;
    const look = turn.stack.tick().finally(() => {
      running.delete(look);
      const now = clock.now();
      const spread = 1 + jitter * (2 * random() - 1);
      turn.rested = now + restMs;
      const usual = now + turn.stack.intervalMs * spread;
      turn.at = turn.hurried === undefined ? usual : Math.min(usual, hurriedAt(turn, turn.hurried));
    });
    running.add(look);
  };
  while (!signal.aborted) {
    const next = earliest(turns);
    const wait = (next?.at ?? Number.POSITIVE_INFINITY) - clock.now();
    if (next && wait <= 0 && running.size < parallelism) {
      begin(next);
      continue;
    }
    const isFull = next === undefined || running.size >= parallelism;
    const longest = isFull ? restMs : Math.min(Math.max(1, wait), longestSleepMs);
    const nap = new AbortController();
    wake = () => nap.abort();
    await Promise.race([...running, pause(clock, longest, nap.signal)]);
    nap.abort();
  }
  await Promise.all(running);
}

/** Longest that a timer of Node's takes, in milliseconds. */
const longestSleepMs = 2 ** 31 - 1;

function hurriedAt({ rested }: Turn, since: number): number {
  return Math.max(since + settlingMs, rested);
}

function earliest(turns: readonly Turn[]): Turn | undefined {
  let first: Turn | undefined;
  for (const turn of turns)
    if (turn.at !== undefined && turn.at < (first?.at ?? Number.POSITIVE_INFINITY)) first = turn;
  return first;
}

async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
