import { numberValue } from "../number.ts";
import { numberType, stringType } from "../type.ts";
import type { Value } from "../value.ts";
import { stringValue } from "../values.ts";
import { failure, fn, parameter, text } from "./arguments.ts";
import type { FunctionEntry, FunctionFailure, FunctionOutcome } from "./function.ts";

/** A moment as its parts in its own time zone show it. */
interface Moment {
  /** Nanoseconds since 1970. */
  readonly nanoseconds: bigint;
  /** Minutes east of Greenwich. */
  readonly zone: number;
}

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/;

function parseTimestamp(given: string): Moment | undefined {
  const match = rfc3339.exec(given);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const zone = parseZone(match[8] ?? "Z");
  if (zone === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const seconds = date.getTime() / 1000 + hour * 3600 + minute * 60 + second - zone * 60;
  const fraction = BigInt((match[7] ?? "").slice(0, 9).padEnd(9, "0"));
  return { nanoseconds: BigInt(seconds) * 1_000_000_000n + fraction, zone };
}

function parseZone(given: string): number | undefined {
  if (given === "Z") return 0;
  const hours = Number(given.slice(1, 3));
  const minutes = Number(given.slice(4, 6));
  if (hours > 23 || minutes > 59) return undefined;
  return (given.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}

const badTimestamp = (argument: number): FunctionFailure =>
  failure("a timestamp such as 2006-01-02T15:04:05Z is required", argument);

/** The date whose UTC parts are the moment's parts in its own zone. */
const local = ({ nanoseconds, zone }: Moment): Date =>
  new Date(Number(floorDivide(nanoseconds, 1_000_000_000n)) * 1000 + zone * 60_000);

const floorDivide = (a: bigint, b: bigint): bigint => (a < 0n && a % b !== 0n ? a / b - 1n : a / b);

const pad = (n: number, digits: number): string => String(n).padStart(digits, "0");

function formatZone(zone: number, separator: string): string {
  const minutes = Math.abs(zone);
  return `${zone < 0 ? "-" : "+"}${pad(Math.floor(minutes / 60), 2)}${separator}${pad(minutes % 60, 2)}`;
}

function formatRfc3339(moment: Moment): string | undefined {
  const date = local(moment);
  const year = date.getUTCFullYear();
  if (Number.isNaN(year) || year < 0 || year > 9999) return undefined;
  const zone = moment.zone === 0 ? "Z" : formatZone(moment.zone, ":");
  return `${pad(year, 4)}${date.toISOString().replace(/^[+-]?\d+(-\d\d-\d\dT\d\d:\d\d:\d\d).*$/, "$1")}${zone}`;
}

const months = "January February March April May June July August September October November December".split(
  " ",
);
const days = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

/** go-cty's verbs (datetime.go): a run of one letter is a verb, its length says which form. */
function formatVerb(verb: string, moment: Moment): string | undefined {
  const date = local(moment);
  const hour = date.getUTCHours();
  switch (verb) {
    case "YYYY":
      return pad(date.getUTCFullYear(), 4);
    case "YY":
      return pad(date.getUTCFullYear() % 100, 2);
    case "M":
    case "MM":
      return pad(date.getUTCMonth() + 1, verb.length);
    case "MMM":
      return months[date.getUTCMonth()]?.slice(0, 3);
    case "MMMM":
      return months[date.getUTCMonth()];
    case "D":
    case "DD":
      return pad(date.getUTCDate(), verb.length);
    case "EEE":
      return days[date.getUTCDay()]?.slice(0, 3);
    case "EEEE":
      return days[date.getUTCDay()];
    case "h":
    case "hh":
      return pad(hour, verb.length);
    case "H":
    case "HH":
      return pad(hour % 12 === 0 ? 12 : hour % 12, verb.length);
    case "AA":
      return hour < 12 ? "AM" : "PM";
    case "aa":
      return hour < 12 ? "am" : "pm";
    case "m":
    case "mm":
      return pad(date.getUTCMinutes(), verb.length);
    case "s":
    case "ss":
      return pad(date.getUTCSeconds(), verb.length);
    case "Z":
      return moment.zone === 0 ? "Z" : formatZone(moment.zone, ":");
    case "ZZZ":
      return moment.zone === 0 ? "UTC" : formatZone(moment.zone, "");
    case "ZZZZ":
      return formatZone(moment.zone, "");
    case "ZZZZZ":
      return formatZone(moment.zone, ":");
    default:
      return undefined;
  }
}

const piece = /'(?:[^']|'')*'|'|([A-Za-z])\1*|[^A-Za-z']+/g;

function formatdate([format, timestamp]: readonly Value[]): FunctionOutcome {
  const moment = parseTimestamp(text(timestamp));
  if (!moment) return badTimestamp(1);
  let result = "";
  for (const [token, letter] of text(format).matchAll(piece)) {
    if (letter !== undefined) {
      const shown = formatVerb(token, moment);
      if (shown === undefined) return failure(`there is no date verb ${JSON.stringify(token)}`, 0);
      result += shown;
    } else if (token === "'") return failure("a literal in quotes is not closed", 0);
    else if (token === "''") result += "'";
    else result += token.startsWith("'") ? token.slice(1, -1).replaceAll("''", "'") : token;
  }
  return stringValue(result);
}

const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  "\u00b5s": 1000n,
  "\u03bcs": 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/** Go's time.ParseDuration, in nanoseconds. */
export function parseDuration(given: string): bigint | undefined {
  const match = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+|0)$/.exec(given);
  if (!match) return undefined;
  let total = 0n;
  for (const [, whole = "", fraction = "", unit = ""] of (match[2] ?? "").matchAll(
    /(\d*)\.?(\d*)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/g,
  )) {
    const size = units[unit] ?? 0n;
    total += BigInt(whole === "" ? "0" : whole) * size;
    const digits = fraction.slice(0, 15);
    if (digits !== "") total += (BigInt(digits) * size) / 10n ** BigInt(digits.length);
  }
  return total > 9_223_372_036_854_775_807n ? undefined : match[1] === "-" ? -total : total;
}

function timeadd([timestamp, duration]: readonly Value[]): FunctionOutcome {
  const moment = parseTimestamp(text(timestamp));
  if (!moment) return badTimestamp(0);
  const length = parseDuration(text(duration));
  if (length === undefined) return failure("a duration such as 1h30m or -10s is required", 1);
  const result = formatRfc3339({ ...moment, nanoseconds: moment.nanoseconds + length });
  return result === undefined ? failure("the result is not in the years 0 to 9999") : stringValue(result);
}

function timecmp([a, b]: readonly Value[]): FunctionOutcome {
  const first = parseTimestamp(text(a));
  const second = parseTimestamp(text(b));
  if (!first) return badTimestamp(0);
  if (!second) return badTimestamp(1);
  return numberValue(
    first.nanoseconds < second.nanoseconds ? -1 : first.nanoseconds > second.nanoseconds ? 1 : 0,
  );
}

const timestamp = (name: string) => parameter(name, stringType, "such as 2006-01-02T15:04:05Z");

export const dateFunctions: Readonly<Record<string, FunctionEntry>> = {
  formatdate: fn(
    "A timestamp in another form: YYYY MM DD hh mm ss and others.",
    [parameter("format", stringType), timestamp("time")],
    stringType,
    formatdate,
  ),
  timeadd: fn(
    "A timestamp a duration later, or earlier.",
    [timestamp("timestamp"), parameter("duration", stringType, "such as 1h30m or -10s")],
    stringType,
    timeadd,
  ),
  timecmp: fn(
    "-1, 0 or 1: whether a timestamp is before, at or after another.",
    [parameter("timestamp_a", stringType), parameter("timestamp_b", stringType)],
    numberType,
    timecmp,
  ),
};
