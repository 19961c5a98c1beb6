/**
 * How often the daemon may act by itself. A fix is counted before it is begun, so that no crash gives it back; times are those
 * of `clock.ts`, which nobody can turn back or forward. Source: the seed's "≤2 auto-fixes/hour/task; cooldown after each fix",
 * and SAFETY, section 7.
 */

/** The most that is ever allowed; a stack and its user may only make it less. */
export interface Limits {
  /** Of one resource. */
  readonly fixesPerHour: number;
  /** Of the whole stack. */
  readonly fixesPerDay: number;
  /** After the first fix of a resource; doubles with each further one. */
  readonly cooldownMs: number;
  readonly longestCooldownMs: number;
  /** Failed fixes after which a resource is left alone until a person has looked. */
  readonly failures: number;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export const defaultLimits: Limits = {
  fixesPerHour: 2,
  fixesPerDay: 6,
  cooldownMs: 10 * minute,
  longestCooldownMs: 6 * hour,
  failures: 3,
};

/** The strictest of several. */
export function tighten(limits: Limits, ...others: readonly Partial<Limits>[]): Limits {
  const least = (name: keyof Limits): number =>
    Math.min(limits[name], ...others.flatMap((other) => other[name] ?? []));
  const most = (name: keyof Limits): number =>
    Math.max(limits[name], ...others.flatMap((other) => other[name] ?? []));
  return {
    fixesPerHour: least("fixesPerHour"),
    fixesPerDay: least("fixesPerDay"),
    cooldownMs: most("cooldownMs"),
    longestCooldownMs: most("longestCooldownMs"),
    failures: least("failures"),
  };
}

/** What one resource has used up. Times in milliseconds of elapsed time. */
export interface Account {
  /** When fixes were begun, in order; those of the last day. */
  readonly begun: readonly number[];
  /** Fixes that failed, since a person last looked. */
  readonly failed: number;
  /** The next fix waits until then. */
  readonly cooledAt: number;
  /** What the last fix had to wait for after it. */
  readonly cooldownMs: number;
}

export type Accounts = ReadonlyMap<string, Account>;

const unused: Account = { begun: [], failed: 0, cooledAt: 0, cooldownMs: 0 };

export type Allowance =
  | { readonly allowed: true }
  /** `until`: elapsed time at which it may be asked again; absent where a person has to act. */
  | {
      readonly allowed: false;
      readonly rule: "quarantined" | "cooling-down" | "fixes-per-hour" | "fixes-per-day";
      readonly until?: number;
    };

/** Whether so many fixes of it have failed that a person has to look. */
export function isQuarantined(accounts: Accounts, address: string, limits: Limits): boolean {
  return (accounts.get(address)?.failed ?? 0) >= limits.failures;
}

/** Whether a fix of the resource may begin now. */
export function allowance(accounts: Accounts, address: string, now: number, limits: Limits): Allowance {
  const { begun, cooledAt } = accounts.get(address) ?? unused;
  const refuse = (rule: Exclude<Allowance, { allowed: true }>["rule"], until?: number): Allowance => ({
    allowed: false,
    rule,
    ...(until !== undefined && { until }),
  });
  if (isQuarantined(accounts, address, limits)) return refuse("quarantined");
  if (now < cooledAt) return refuse("cooling-down", cooledAt);
  const ofHour = full(begun, limits.fixesPerHour, now, hour);
  if (ofHour !== undefined) return refuse("fixes-per-hour", ofHour);
  const all = [...accounts.values()].flatMap((account) => account.begun).sort((a, b) => a - b);
  const ofDay = full(all, limits.fixesPerDay, now, day);
  return ofDay === undefined ? { allowed: true } : refuse("fixes-per-day", ofDay);
}

/** When a window with that many in it has room again; undefined where it has some. */
function full(times: readonly number[], most: number, now: number, span: number): number | undefined {
  const within = times.filter((time) => now - time < span);
  if (within.length < most) return undefined;
  return (within[within.length - most] ?? now) + span;
}

/** A fix begins: counted, and the resource cools down. A day without one, and the cooldown starts from the shortest again. */
export function begin(accounts: Accounts, address: string, now: number, limits: Limits): Accounts {
  const account = accounts.get(address) ?? unused;
  const last = account.begun.at(-1);
  const fresh = last === undefined || now - last >= day;
  const cooldownMs = fresh ? limits.cooldownMs : Math.min(limits.longestCooldownMs, account.cooldownMs * 2);
  return new Map(accounts).set(address, {
    ...account,
    begun: [...account.begun.filter((time) => now - time < day), now],
    cooledAt: now + cooldownMs,
    cooldownMs,
  });
}

/** A fix did not mend it. */
export function fail(accounts: Accounts, address: string): Accounts {
  const account = accounts.get(address) ?? unused;
  return new Map(accounts).set(address, { ...account, failed: account.failed + 1 });
}

/** A person has looked: what failed counts no more. What was spent stays spent. */
export function acknowledge(accounts: Accounts, address: string): Accounts {
  const account = accounts.get(address);
  return account ? new Map(accounts).set(address, { ...account, failed: 0 }) : accounts;
}
