/** `500ms`, `30s`, `1m30s` in milliseconds; undefined for text that is no duration. */
export function durationMs(text: string): number | undefined {
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, amount, name] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    sum += Number(amount) * unit[name as keyof typeof unit];
  }
  return Math.round(sum);
}
