/**
 * Addresses: `service.web`, `service.web["eu"]`, `service.web[0]`, `module.m["k"].service.web`, `verify.http.up`. They are the
 * identity of a thing in plans, state and messages.
 */
export interface Address {
  /** `module.m["k"]` steps in front, outermost first. */
  readonly modules: readonly { readonly name: string; readonly key?: string | number }[];
  /** `service`; for a verify its kind (`http`). */
  readonly kind: string;
  readonly verify: boolean;
  readonly name: string;
  readonly key?: string | number;
}

/** Takes an address apart; throws on text that no address has, which is our fault. */
export function parseAddress(text: string): Address {
  const steps: { name: string; key?: string | number }[] = [];
  const pattern = /([\p{ID_Start}_][\p{ID_Continue}-]*)(?:\[("(?:[^"\\]|\\.)*"|\d+)\])?(?:\.|$)/uy;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (!match?.[1]) throw new Error(`not an address: ${text}`);
    steps.push(match[2] === undefined ? { name: match[1] } : { name: match[1], key: JSON.parse(match[2]) });
  }
  const modules: { name: string; key?: string | number }[] = [];
  let at = 0;
  while (steps[at]?.name === "module" && at + 3 < steps.length) {
    const module = steps[at + 1];
    if (module) modules.push(module);
    at += 2;
  }
  const verify = steps[at]?.name === "verify";
  if (verify) at++;
  const kind = steps[at]?.name;
  // A health check's name is two steps: verify.http.web.health.
  const rest = steps.slice(at + 1);
  const last = rest.at(-1);
  if (kind === undefined || last === undefined) throw new Error(`not an address: ${text}`);
  const name = rest
    .map((s, i) => (i < rest.length - 1 && s.key !== undefined ? `${s.name}${keySuffix(s.key)}` : s.name))
    .join(".");
  return { modules, kind, verify, name, ...(last.key !== undefined && { key: last.key }) };
}

const step = String.raw`[\p{ID_Start}_][\p{ID_Continue}-]*(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?`;
const address = new RegExp(`^${step}(?:\\.${step})+$`, "u");

/** Whether a text from elsewhere is an address that `parseAddress` can take apart. */
export const isAddress = (text: string): boolean => address.test(text);

const modulesInFront = new RegExp(`^(?:module\\.${step}\\.)+`, "u");

/** The modules in front of an address, with their last dot: `module.m["k"].`; empty where there are none. */
export function modulePrefix(address: string): string {
  return address.startsWith("module.") ? (modulesInFront.exec(address)?.[0] ?? "") : "";
}

/** The kind of a resource's address; `verify` for a check. */
export function kindOf(address: string): string {
  const { length } = modulePrefix(address);
  return address.slice(length, address.indexOf(".", length));
}

/** `["eu"]` or `[0]`; empty for none. */
export function keySuffix(key: string | number | undefined): string {
  return key === undefined ? "" : typeof key === "number" ? `[${key}]` : `[${JSON.stringify(key)}]`;
}

/** Code unit order, with list indexes as numbers. */
export function compareAddresses(a: string, b: string): number {
  if (a === b) return 0;
  if (!a.includes("[") && !b.includes("[")) return a < b ? -1 : 1;
  const left = a.split(/\[(\d+)\]/);
  const right = b.split(/\[(\d+)\]/);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const l = left[i] ?? "";
    const r = right[i] ?? "";
    if (l === r) continue;
    // Odd places are what stood in brackets: numbers.
    if (i % 2 === 1) return Number(l) - Number(r) || (l < r ? -1 : 1);
    return l < r ? -1 : 1;
  }
  return left.length - right.length;
}

/** `service.web["eu"]` without its own key is `service.web`; keys of modules stay. */
export function withoutKey(address: string): string {
  return address.endsWith("]") ? address.replace(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]$/, "") : address;
}

/**
 * Whether an address is that of a resource, or of something in a module, that another address names; with `allInstances` a
 * name without a key stands for all of them.
 */
export function isUnder(address: string, of: string, allInstances: boolean): boolean {
  return suffixUnder(address, of, allInstances) !== undefined;
}

/**
 * What an address has behind another one that names it or its module: of `module.m["k"].service.web` behind `module.m` it is
 * `["k"].service.web`. Undefined for one that lies elsewhere, and for another instance unless `allInstances`.
 */
export function suffixUnder(address: string, of: string, allInstances: boolean): string | undefined {
  if (!address.startsWith(of)) return undefined;
  const rest = address.slice(of.length);
  if (rest === "" || rest.startsWith(".")) return rest;
  return allInstances && rest.startsWith("[") ? rest : undefined;
}
