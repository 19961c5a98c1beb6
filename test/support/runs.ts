/** How often a property is tried: `n` times the environment's CLOCKWORK_RUNS, which `npm run robustness` sets. */
export function runs(n: number): number {
  return Math.ceil(n * Number(process.env["CLOCKWORK_RUNS"] ?? 1));
}
