import type { Reading } from "./reading.ts";
import { report } from "./reading.ts";

const simple: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

/** The value of text between quotes. Source of the escapes: hclsyntax/spec.md, "Template Literals". */
export function decodeQuoted(r: Reading, start: number, end: number): string {
  const raw = r.text.slice(start, end);
  if (!raw.includes("\\")) return decodeMarks(raw);
  let value = "";
  let from = 0;
  for (let i = raw.indexOf("\\"); i >= 0; i = raw.indexOf("\\", from)) {
    value += decodeMarks(raw.slice(from, i));
    const found = readEscape(raw, i);
    if (found.value === undefined) {
      report(
        r,
        "invalid-escape",
        `There is no escape "${raw.slice(i, i + found.length)}"`,
        {
          start: start + i,
          end: start + i + found.length,
        },
        { hint: escapeHint(raw, i) },
      );
    }
    value += found.value ?? raw.slice(i, i + found.length);
    from = i + found.length;
  }
  return value + decodeMarks(raw.slice(from));
}

/** `$${` and `%%{` stand for `${` and `%{`; the one rule that heredocs have too. */
export function decodeMarks(raw: string): string {
  if (!raw.includes("{")) return raw;
  return raw.replaceAll("$${", "${").replaceAll("%%{", "%{");
}

function readEscape(raw: string, at: number): { value: string | undefined; length: number } {
  const letter = raw.charAt(at + 1);
  const known = simple[letter];
  if (known !== undefined) return { value: known, length: 2 };
  if (letter === "u" || letter === "U") {
    const digits = letter === "u" ? 4 : 8;
    const hex = /^[0-9a-fA-F]*/.exec(raw.slice(at + 2, at + 2 + digits))?.[0] ?? "";
    const code = hex.length === digits ? Number.parseInt(hex, 16) : Number.POSITIVE_INFINITY;
    return { value: isCharacter(code) ? String.fromCodePoint(code) : undefined, length: 2 + hex.length };
  }
  return {
    value: undefined,
    length: 1 + (raw.codePointAt(at + 1) === undefined ? 0 : codeUnits(raw, at + 1)),
  };
}

/** Half of a surrogate pair is none. */
const isCharacter = (code: number): boolean => code < 0xd800 || (code > 0xdfff && code <= 0x10ffff);

function codeUnits(raw: string, at: number): number {
  return (raw.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

function escapeHint(raw: string, at: number): string {
  const letter = raw.charAt(at + 1);
  if (letter === "$" || letter === "%") return `A literal "${letter}{" is written "${letter}${letter}{".`;
  if (letter === "u") return 'A character code has four hexadecimal digits, as in "\\u00e9".';
  if (letter === "U") return 'A character code has eight hexadecimal digits, as in "\\U0001f680".';
  return 'A backslash itself is written "\\\\"; the escapes are \\n, \\r, \\t, \\", \\\\, \\uNNNN and \\UNNNNNNNN.';
}
