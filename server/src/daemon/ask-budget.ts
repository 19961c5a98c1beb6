/** What the daemon of a stack may ask an agent in a day: beside the user's own limits, which hold for all agents together. */

export interface AskLimits {
  readonly calls: number;
  readonly tokens: number;
  /** In US dollars; means something only for a model with a price. */
  readonly usd: number;
}

export const askLimits: AskLimits = { calls: 8, tokens: 400_000, usd: 2 };

/** One call: the most it can cost, and once it is answered what it did cost. */
export interface Asked {
  /** In milliseconds of elapsed time. */
  readonly at: number;
  readonly about: string;
  readonly tokens: number;
  readonly usd: number;
}

const day = 24 * 60 * 60_000;

export function askedAfter(asks: readonly Asked[], next: Asked): readonly Asked[] {
  return [...asks.filter(({ at }) => next.at - at < day), next];
}

/** Whether a call that costs at most so much still fits into the day. */
export function mayAsk(
  asks: readonly Asked[],
  now: number,
  most: Pick<Asked, "tokens" | "usd">,
  limits: AskLimits = askLimits,
): boolean {
  const today = asks.filter(({ at }) => now - at < day);
  // What was never sent is no call.
  const calls = today.filter(({ tokens }) => tokens > 0).length;
  const sum = (of: "tokens" | "usd"): number => today.reduce((total, ask) => total + ask[of], most[of]);
  return calls < limits.calls && sum("tokens") <= limits.tokens && sum("usd") <= limits.usd;
}
