/**
 * What agents may cost, per build and per day. Every call is written down, with the most it can cost, before it is made, and
 * with what it did cost after it: whatever happens in between, no crash gives anything back, and of two runs at once the
 * one whose line comes second sees the first. One file a day (UTC), which only ever grows.
 */

import * as z from "zod/mini";
import { type Diagnostic, diagnostic } from "../../diagnostics/diagnostic.ts";
import { jsonOf } from "../../host/json.ts";
import type { WriteFiles } from "../../host/ports.ts";

export interface SpendingLimits {
  readonly callsPerBuild: number;
  readonly tokensPerBuild: number;
  /** In US dollars; means something only for a model with a price. */
  readonly usdPerBuild: number;
  readonly tokensPerDay: number;
  readonly usdPerDay: number;
}

export const defaultLimits: SpendingLimits = {
  // The first one, two repairs, and an answer that was cut off for each.
  callsPerBuild: 6,
  tokensPerBuild: 1_000_000,
  usdPerBuild: 5,
  tokensPerDay: 10_000_000,
  usdPerDay: 25,
};

export interface Amount {
  readonly tokens: number;
  /** 0 where the model has no price. */
  readonly usd: number;
}

export const nothingSpent: Amount = { tokens: 0, usd: 0 };

export interface Reservation {
  /** To be called once, whatever came of the call. */
  readonly settle: (spent: Amount) => Promise<void>;
}

export interface Ledger {
  readonly files: WriteFiles;
  /** The user's own, absolute; undefined for a user without a home. */
  readonly folder: string | undefined;
  readonly now: () => number;
  readonly newId: () => string;
}

const amount = { tokens: z.number().check(z.minimum(0)), usd: z.number().check(z.minimum(0)) };
const line = z.union([
  z.strictObject({ id: z.string(), at: z.string(), model: z.string(), most: z.strictObject(amount) }),
  z.strictObject({ id: z.string(), spent: z.strictObject(amount) }),
]);

const maxLedgerBytes = 64 * 1024 * 1024;

/** Of one build. */
export class Spending {
  readonly #ledger: Ledger;
  readonly #limits: SpendingLimits;
  readonly #model: string;
  #calls = 0;
  #spent: Amount = nothingSpent;

  constructor(ledger: Ledger, limits: SpendingLimits, model: string) {
    this.#ledger = ledger;
    this.#limits = limits;
    this.#model = model;
  }

  get calls(): number {
    return this.#calls;
  }

  get spent(): Amount {
    return this.#spent;
  }

  /** Leave for one call that costs at most so much, or the limit that it would break. */
  async reserve(most: Amount): Promise<Reservation | Diagnostic> {
    const limit = this.#buildLimit(most);
    if (limit) return limit;
    const { folder, now, newId } = this.#ledger;
    if (folder === undefined) {
      const hint = "Set HOME or XDG_STATE_HOME, so that there is a place to count what agents cost.";
      return diagnostic("agent-limit", "There is no home folder to keep the day's count in", { hint });
    }
    const at = new Date(now()).toISOString();
    const path = `${folder}/${at.slice(0, 10)}.jsonl`;
    const id = newId();
    await this.#append(path, { id, at, model: this.#model, most });
    const before = await this.#before(path, id);
    const problem = this.#dayLimit(before, most, path);
    if (problem) {
      await this.#append(path, { id, spent: nothingSpent });
      return problem;
    }
    this.#calls++;
    return {
      settle: async (spent) => {
        this.#spent = { tokens: this.#spent.tokens + spent.tokens, usd: this.#spent.usd + spent.usd };
        await this.#append(path, { id, spent });
      },
    };
  }

  #buildLimit(most: Amount): Diagnostic | undefined {
    const { callsPerBuild, tokensPerBuild, usdPerBuild } = this.#limits;
    const tokens = this.#spent.tokens + most.tokens;
    const usd = this.#spent.usd + most.usd;
    const over =
      this.#calls >= callsPerBuild
        ? `${callsPerBuild} calls`
        : tokens > tokensPerBuild
          ? `${tokensPerBuild} tokens (this call could bring it to ${tokens})`
          : usd > usdPerBuild
            ? `${dollars(usdPerBuild)} (this call could bring it to ${dollars(usd)})`
            : undefined;
    if (over === undefined) return undefined;
    return diagnostic("agent-limit", `One build may use no more than ${over}`, {
      hint: "Build fewer steps at once with --target, or raise the limit: docs/agent.md says where.",
    });
  }

  #dayLimit(before: Amount, most: Amount, path: string): Diagnostic | undefined {
    const { tokensPerDay, usdPerDay } = this.#limits;
    const tokens = before.tokens + most.tokens;
    const usd = before.usd + most.usd;
    const over =
      tokens > tokensPerDay
        ? `${tokensPerDay} tokens a day (${before.tokens} are used or reserved, this call could take ${most.tokens})`
        : usd > usdPerDay
          ? `${dollars(usdPerDay)} a day (${dollars(before.usd)} are used or reserved, this call could cost ${dollars(most.usd)})`
          : undefined;
    if (over === undefined) return undefined;
    return diagnostic("agent-limit", `Agents may use no more than ${over}`, {
      hint: `The count is kept in ${path}. Try again tomorrow (UTC), or raise the limit: docs/agent.md says where.`,
    });
  }

  async #append(path: string, entry: z.infer<typeof line>): Promise<void> {
    const file = await this.#ledger.files.append(path);
    try {
      // The line feed in front ends a line that a crash has cut off.
      await file.write(`\n${JSON.stringify(entry)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** What was spent, or may still be, by calls that come before this one in the file. */
  async #before(path: string, id: string): Promise<Amount> {
    const bytes = await this.#ledger.files.readPlain(path, maxLedgerBytes);
    const reserved = new Map<string, Amount>();
    const spent = new Map<string, Amount>();
    for (const text of new TextDecoder().decode(bytes).split("\n")) {
      const entry = readLine(text);
      if (!entry) continue;
      if ("spent" in entry) spent.set(entry.id, entry.spent);
      else if (!reserved.has(entry.id)) reserved.set(entry.id, entry.most);
    }
    let sum = nothingSpent;
    for (const [other, most] of reserved) {
      if (other === id) break;
      const { tokens, usd } = spent.get(other) ?? most;
      sum = { tokens: sum.tokens + tokens, usd: sum.usd + usd };
    }
    return sum;
  }
}

/** Undefined for a line that a crash has cut off: what it would have said was not yet done. */
const readLine = (text: string): z.infer<typeof line> | undefined => line.safeParse(jsonOf(text)).data;

export function dollars(usd: number): string {
  return usd > 0 && usd < 0.01 ? "less than $0.01" : `$${usd.toFixed(2)}`;
}
