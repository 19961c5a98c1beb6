import { describe, expect, it } from "vitest";
import { costOf, knownPrices, mostOf } from "../../server/src/agent/prices.ts";
import { defaultLimits, Spending, type SpendingLimits } from "../../server/src/forge/agent/spending.ts";
import { MemoryFiles } from "../../server/src/host/memory-files.ts";

const day = Date.UTC(2026, 10, 23, 12);
let ids = 0;
const newId = () => `id-${ids++}`;
const spending = (files: MemoryFiles, limits: Partial<SpendingLimits> = {}, now = day) =>
  new Spending(
    { files, folder: "/home/agent", now: () => now, newId },
    { ...defaultLimits, ...limits },
    "claude-opus-5-5",
  );
const amount = (tokens: number) => ({ tokens, usd: 0 });

/** `ok`, or the limit's words. */
async function reserve(of: Spending, tokens: number, spent?: number): Promise<string> {
  const reserved = await of.reserve(amount(tokens));
  if ("code" in reserved) return reserved.message;
  if (spent !== undefined) await reserved.settle(amount(spent));
  return "ok";
}

describe("what agents may cost", () => {
  it("is counted over the builds of a day, by what they did cost", async () => {
    const files = new MemoryFiles();
    const limits = { tokensPerDay: 1000 };
    expect(await reserve(spending(files, limits), 800, 300)).toBe("ok");
    expect(await reserve(spending(files, limits), 700, 650)).toBe("ok");
    expect(await reserve(spending(files, limits), 100)).toBe(
      "Agents may use no more than 1000 tokens a day (950 are used or reserved, this call could take 100)",
    );
    expect(await reserve(spending(files, limits, day + 86_400_000), 100)).toBe("ok");
  });

  it("counts a call that a crash broke off with the most it could have cost", async () => {
    const files = new MemoryFiles();
    const limits = { tokensPerDay: 1000 };
    expect(await reserve(spending(files, limits), 800)).toBe("ok");
    expect(await reserve(spending(files, limits), 300)).toContain("800 are used or reserved");
    expect(await reserve(spending(files, limits), 200, 10)).toBe("ok");
  });

  it("lets no two builds at once go over it together", async () => {
    for (let i = 0; i < 20; i++) {
      const files = new MemoryFiles();
      const results = await Promise.all(
        Array.from({ length: 10 }, () => reserve(spending(files, { tokensPerDay: 1000 }), 300)),
      );
      expect(results.filter((r) => r === "ok").length).toBeLessThanOrEqual(3);
      expect(results.filter((r) => r === "ok").length).toBeGreaterThan(0);
    }
  });

  it("survives a line that was cut off", async () => {
    const files = new MemoryFiles();
    expect(await reserve(spending(files), 800, 700)).toBe("ok");
    const [path = ""] = Object.keys(files.texts());
    files.set(path, `${files.texts()[path]}\n{"id":"half","at":"2026-1`);
    expect(await reserve(spending(files, { tokensPerDay: 1000 }), 299, 0)).toBe("ok");
    expect(await reserve(spending(files, { tokensPerDay: 1000 }), 301)).toContain("700 are used");
  });

  it("is limited for one build too", async () => {
    const one = spending(new MemoryFiles(), { tokensPerBuild: 1000, callsPerBuild: 2 });
    expect(await reserve(one, 900, 100)).toBe("ok");
    expect(await reserve(one, 901)).toContain("1000 tokens (this call could bring it to 1001)");
    expect(await reserve(one, 100, 10)).toBe("ok");
    expect(await reserve(one, 1)).toContain("no more than 2 calls");
  });

  it("needs a place to be counted in", async () => {
    const ledger = { files: new MemoryFiles(), folder: undefined, now: () => day, newId };
    expect(await reserve(new Spending(ledger, defaultLimits, "m"), 1)).toContain("There is no home folder");
  });
});

describe("prices", () => {
  it("are of a million tokens, and less for what a cache has", () => {
    const price = knownPrices["claude-opus-5-5"];
    const million = 1_000_000;
    const usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
    expect(costOf({ ...usage, input: million, output: million }, price)).toBeCloseTo(24);
    expect(costOf({ ...usage, cacheRead: million }, price)).toBeCloseTo(0.2);
    expect(mostOf(million, million, price)).toBeCloseTo(28);
    expect(costOf(usage, undefined)).toBeUndefined();
  });

  it("may be others for long requests", () => {
    const price = knownPrices["claude-haiku-5-5"];
    const usage = { output: 0, cacheRead: 0, cacheWrite: 0 };
    expect(costOf({ ...usage, input: 100_000 }, price)).toBeCloseTo(0.01);
    expect(costOf({ ...usage, input: 200_000 }, price)).toBeCloseTo(0.1);
  });
});
