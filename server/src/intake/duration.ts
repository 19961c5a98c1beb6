/** Longest delay that timers know, in milliseconds: 24 days. Source: setTimeout takes a signed 32-bit number. */
export const longestMs = 2 ** 31 - 1;

/** Milliseconds of `500ms`, `30s`, `5m`, `1h30m`; undefined for any other text. May be more than a timer can wait. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
  let total = 0;
  for (const [, amount, , unit] of text.matchAll(/(\d+(\.\d+)?)(ms|s|m|h)/g))
    total += Number(amount) * (units[unit ?? ""] ?? 0);
  return total;
}
