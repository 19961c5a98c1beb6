/**
 * What models cost, so that a build can say so before and after. Prices change; the table has a date, and a user can put
 * others in their own settings. A model that is not here has tokens and no price.
 */
import type { Usage } from "./agent.ts";

/** US dollars for a million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  /** Reading from the cache, as a part of `input`. A tenth when absent. */
  readonly cacheRead?: number;
  /** Other prices for requests of more input tokens than this, cached ones included. */
  readonly long?: { readonly above: number; readonly input: number; readonly output: number };
}

export type Prices = Readonly<Record<string, Price>>;

/** When the table was compared with its source, platform.claude.com/docs/en/about-claude/pricing. */
export const pricesAsOf = "2026-10";

const opus = { input: 5, output: 25 };
const sonnet = { input: 3, output: 15 };

export const knownPrices: Prices = {
  "claude-fable-5-1": { input: 10, output: 50, cacheRead: 0.025 },
  "claude-fable-5": { input: 10, output: 50 },
  "claude-opus-5-5": { input: 4, output: 20, cacheRead: 0.05 },
  "claude-opus-5": opus,
  "claude-opus-4-8": opus,
  "claude-opus-4-7": opus,
  "claude-opus-4-6": opus,
  "claude-opus-4-5": opus,
  "claude-sonnet-5-5": { input: 2, output: 10, cacheRead: 0.05 },
  "claude-sonnet-5": { input: 2, output: 10 },
  "claude-sonnet-4-6": sonnet,
  "claude-haiku-5-5": { input: 0.1, output: 0.5, long: { above: 100_000, input: 0.5, output: 2.5 } },
  "claude-haiku-4-5": { input: 1, output: 5 },
};

/** Writing to a cache that lasts an hour, as a part of the input price. Source: as the table's. */
const cacheWrite = 2;

/** In US dollars; undefined for a model without a price. */
export function costOf(usage: Usage, price: Price | undefined): number | undefined {
  if (!price) return undefined;
  const total = usage.input + usage.cacheRead + usage.cacheWrite;
  const { input, output } = price.long && total > price.long.above ? price.long : price;
  const read = input * (price.cacheRead ?? 0.1);
  const dollars =
    usage.input * input +
    usage.cacheRead * read +
    usage.cacheWrite * input * cacheWrite +
    usage.output * output;
  return dollars / 1_000_000;
}

/** The most that a request of so many input tokens can cost: nothing of it comes from a cache, and the answer is as long as it may be. */
export function mostOf(inputTokens: number, maxTokens: number, price: Price | undefined): number | undefined {
  return costOf({ input: 0, cacheRead: 0, cacheWrite: inputTokens, output: maxTokens }, price);
}
