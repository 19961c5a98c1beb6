/** What single words of YAML mean. Source: what Terraform 1.11's yamldecode answers. */
import { decimalValue, parseNumber } from "../number.ts";
import type { Value } from "../value.ts";
import { boolValue, nullValue, stringValue } from "../values.ts";
import { decodeBase64 } from "./base64.ts";

const truths = words("y yes true on");
const falsehoods = words("n no false off");
const nulls: ReadonlySet<string> = new Set(["", "~", ...words("null")]);

/** A word as it may be written: small, with a capital, in capitals. */
function words(list: string): ReadonlySet<string> {
  const spelled = (word: string) => [
    word,
    `${word.charAt(0).toUpperCase()}${word.slice(1)}`,
    word.toUpperCase(),
  ];
  return new Set(list.split(" ").flatMap(spelled));
}

/** Undefined for an infinity and what is no number. */
export function plainScalar(text: string): Value | undefined {
  if (nulls.has(text)) return nullValue;
  if (truths.has(text)) return boolValue(true);
  if (falsehoods.has(text)) return boolValue(false);
  if (/^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/.test(text)) return undefined;
  return numberOf(text) ?? stringValue(timestampOf(text) ?? text);
}

function numberOf(text: string): Value | undefined {
  const based = /^0(?:x[0-9a-fA-F]+|o[0-7]+)$/.test(text);
  const number = parseNumber(based ? BigInt(text).toString() : text);
  return number && decimalValue(number.isZero() ? number.abs() : number);
}

const date = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const moment =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[tT](\d{1,2}):(\d\d):(\d\d)(?:\.\d+)?(Z|[-+]\d\d:\d\d)| (\d{1,2}):(\d\d):(\d\d)(?:\.\d+)?)$/;

/** A day or moment in RFC 3339's form, to the second. */
function timestampOf(text: string): string | undefined {
  const day = date.exec(text);
  const [, year = "", month = "", dayOfMonth = "", ...time] = day ?? moment.exec(text) ?? [];
  if (year === "") return undefined;
  const two = (digits: string) => digits.padStart(2, "0");
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(month) < 1 || Number(month) > 12 || Number(dayOfMonth) < 1 || Number(dayOfMonth) > last)
    return undefined;
  const [hour = "0", minute = "0", second = "0", zone = "Z"] = time[0] === undefined ? time.slice(4) : time;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  return `${year}-${two(month)}-${two(dayOfMonth)}T${two(hour)}:${two(minute)}:${two(second)}${zone}`;
}

const standard = "tag:yaml.org,2002:";

/** A scalar with a tag. Quotes make a string of it, which a tag for something else can only confirm. */
export function scalarOf(tag: string, text: string, isPlain: boolean): Value | undefined {
  switch (tag) {
    case `${standard}str`:
      return stringValue(text);
    case `${standard}binary`:
      return decodeBase64(text.replace(/\s/g, "")) && stringValue(text);
    case `${standard}null`:
      return isPlain ? nullValue : stringValue(text);
    case `${standard}int`:
    case `${standard}float`: {
      const number = numberOf(text);
      return isPlain ? number : number && stringValue(text);
    }
    case `${standard}bool`: {
      const bool = plainScalar(text);
      if (bool?.kind !== "bool") return undefined;
      return isPlain ? bool : stringValue(text);
    }
    case `${standard}timestamp`: {
      const time = timestampOf(text);
      return time === undefined ? undefined : stringValue(isPlain ? time : text);
    }
    default:
      return undefined;
  }
}
