import type { Decimal } from "../number.ts";
import { listOf, numberType, stringType } from "../type.ts";
import type { Value } from "../value.ts";
import { listValue, stringValue } from "../values.ts";
import { decimal, failure, fn, parameter, text, whole } from "./arguments.ts";
import type { FunctionEntry, FunctionFailure, FunctionOutcome } from "./function.ts";

/** `10.0.0.0/8`: the first address as a number, host bits cleared. */
interface Network {
  readonly address: bigint;
  readonly bits: 32 | 128;
  readonly prefix: number;
}

function parseNetwork(given: string): Network | undefined {
  const slash = given.indexOf("/");
  if (slash < 0 || !/^\d{1,3}$/.test(given.slice(slash + 1))) return undefined;
  const prefix = Number(given.slice(slash + 1));
  const host = given.slice(0, slash);
  const bits = host.includes(":") ? 128 : 32;
  const address = bits === 128 ? parseV6(host) : parseV4(host);
  if (address === undefined || prefix > bits) return undefined;
  const hostBits = BigInt(bits - prefix);
  return { address: (address >> hostBits) << hostBits, bits, prefix };
}

/** Leading zeros are taken as decimal, as Terraform (unlike Go today) does. */
function parseV4(given: string): bigint | undefined {
  const parts = given.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d+$/.test(part) && Number(part) <= 255))
    return undefined;
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function parseV6(given: string): bigint | undefined {
  const [head = "", tail, extra] = given.split("::");
  if (extra !== undefined) return undefined;
  const front = parseGroups(head, tail === undefined);
  const back = tail === undefined ? [] : parseGroups(tail, true);
  if (!front || !back) return undefined;
  const missing = 8 - front.length - back.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...front, ...Array.from({ length: missing }, () => 0), ...back].reduce(
    (sum, group) => sum * 65536n + BigInt(group),
    0n,
  );
}

/** Groups of four hexadecimal digits; the last may be an IPv4 address. */
function parseGroups(given: string, last: boolean): number[] | undefined {
  if (given === "") return [];
  const groups: number[] = [];
  const parts = given.split(":");
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else {
      const v4 = last && i === parts.length - 1 ? parseV4(part) : undefined;
      if (v4 === undefined) return undefined;
      groups.push(Number(v4 >> 16n), Number(v4 & 0xffffn));
    }
  }
  return groups;
}

function formatAddress(address: bigint, bits: 32 | 128): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join(".");
  // Go shows an IPv4 address inside IPv6 as IPv4.
  if (address >> 32n === 0xffffn) return formatAddress(address & 0xffffffffn, 32);
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((address >> BigInt(112 - 16 * i)) & 0xffffn).toString(16),
  );
  const run = longestZeros(groups);
  if (run.length < 2) return groups.join(":");
  return `${groups.slice(0, run.start).join(":")}::${groups.slice(run.start + run.length).join(":")}`;
}

function longestZeros(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [i, group] of groups.entries()) {
    length = group === "0" ? length + 1 : 0;
    if (length > best.length) best = { start: i - length + 1, length };
  }
  return best;
}

const formatNetwork = ({ address, bits, prefix }: Network): string =>
  `${formatAddress(address, bits)}/${prefix}`;

const badPrefix = failure("an address range such as 10.0.0.0/8 is required", 0);
const toInteger = (n: Decimal): bigint | undefined =>
  n.isInteger() && n.e < 60 ? BigInt(n.toFixed()) : undefined;

function cidrhost([prefix, number]: readonly Value[]): FunctionOutcome {
  const network = parseNetwork(text(prefix));
  if (!network) return badPrefix;
  const n = toInteger(decimal(number));
  if (n === undefined) return failure("the number of the host must be a whole number", 1);
  const size = 1n << BigInt(network.bits - network.prefix);
  // A negative number counts from the end.
  if (n >= size || -n > size) return failure(`the range ${formatNetwork(network)} has no host ${n}`, 1);
  return stringValue(formatAddress(network.address + (n < 0n ? size + n : n), network.bits));
}

function cidrnetmask([prefix]: readonly Value[]): FunctionOutcome {
  const network = parseNetwork(text(prefix));
  if (!network) return badPrefix;
  if (network.bits !== 32) return failure("IPv6 addresses have no netmask", 0);
  const hostBits = BigInt(32 - network.prefix);
  return stringValue(formatAddress(((1n << 32n) - 1n) & ~((1n << hostBits) - 1n), 32));
}

function cidrsubnet([prefix, newbits, netnum]: readonly Value[]): FunctionOutcome {
  const network = parseNetwork(text(prefix));
  if (!network) return badPrefix;
  const bits = whole(newbits);
  if (bits === undefined || bits < 0) return failure("a whole number is required, not less than zero", 1);
  const n = toInteger(decimal(netnum));
  if (n === undefined) return failure("the number of the subnet must be a whole number", 2);
  const length = network.prefix + bits;
  if (length > network.bits)
    return failure(`a prefix of ${network.prefix} bits cannot be extended by ${bits}`, 1);
  const count = 1n << BigInt(bits);
  if (n >= count || -n > count) return failure(`${bits} more bits are not enough for subnet ${n}`, 2);
  const address = network.address | ((n < 0n ? count + n : n) << BigInt(network.bits - length));
  return stringValue(formatNetwork({ ...network, address, prefix: length }));
}

function cidrsubnets([prefix, ...newbits]: readonly Value[]): FunctionOutcome {
  const network = parseNetwork(text(prefix));
  if (!network) return badPrefix;
  const end = network.address + (1n << BigInt(network.bits - network.prefix));
  const result: Value[] = [];
  let next = network.address;
  for (const [i, bits] of newbits.entries()) {
    const subnet = nextSubnet(network, next, end, whole(bits));
    if ("kind" in subnet) return { ...subnet, argument: i + 1 };
    result.push(stringValue(formatNetwork(subnet)));
    next = subnet.address + (1n << BigInt(subnet.bits - subnet.prefix));
  }
  return listValue(stringType, result);
}

function nextSubnet(
  network: Network,
  from: bigint,
  end: bigint,
  newbits: number | undefined,
): Network | FunctionFailure {
  if (newbits === undefined || newbits < 1 || newbits > 32)
    return failure("a whole number from 1 to 32 is required");
  const prefix = network.prefix + newbits;
  if (prefix > network.bits)
    return failure(`a prefix of ${network.prefix} bits cannot be extended by ${newbits}`);
  const size = 1n << BigInt(network.bits - prefix);
  const address = ((from + size - 1n) / size) * size;
  if (address + size > end)
    return failure(`there is no room left for a subnet with a prefix of ${prefix} bits`);
  return { address, bits: network.bits, prefix };
}

const prefix = parameter("prefix", stringType, "such as 10.0.0.0/8");

export const cidrFunctions: Readonly<Record<string, FunctionEntry>> = {
  cidrhost: fn(
    "An address by its number in a range.",
    [prefix, parameter("hostnum", numberType)],
    stringType,
    cidrhost,
  ),
  cidrnetmask: fn("The netmask of an IPv4 range.", [prefix], stringType, cidrnetmask),
  cidrsubnet: fn(
    "A subnet by its number, with a longer prefix.",
    [prefix, parameter("newbits", numberType), parameter("netnum", numberType)],
    stringType,
    cidrsubnet,
  ),
  cidrsubnets: fn(
    "Subnets one after the other, with longer prefixes.",
    [prefix],
    listOf(stringType),
    cidrsubnets,
    {
      variadic: parameter("newbits", numberType),
    },
  ),
};
