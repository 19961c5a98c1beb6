/** Numbers that follow from a seed alone. */
export interface Random {
  /** From 0 up to 1. */
  next(): number;
  /** Whether something of that probability happens. */
  happens(probability: number): boolean;
  /** From 0 up to `below`, whole. */
  whole(below: number): number;
  pick<T>(from: readonly [T, ...T[]]): T;
}

/** mulberry32. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (below: number): number => Math.floor(next() * below);
  return {
    next,
    whole,
    happens: (probability) => next() < probability,
    pick: (from) => from[whole(from.length)] ?? from[0],
  };
}
