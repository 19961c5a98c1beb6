/** What a harness has tried and found, as the record of promises takes it. */
export interface Result {
  readonly count: number;
  /** Null where nothing is random. */
  readonly seed: number | null;
  /** What did not hold. */
  readonly found: readonly string[];
  readonly figures: Readonly<Record<string, number | string>>;
}
