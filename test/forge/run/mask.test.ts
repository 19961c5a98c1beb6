import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Masker, maskText } from "../../../server/src/forge/mask.ts";
import { measured } from "../../support/record.ts";
import { runs } from "../../support/runs.ts";

const secret = 'p@ss w\'rd/"x"+<é%&$`\\;1';

/** The text, masked when it arrives in the given pieces. */
function masked(pieces: readonly Uint8Array[], secrets: ReadonlySet<string> = one): string {
  const masker = new Masker(secrets);
  return Buffer.concat([...pieces.map((piece) => masker.write(piece)), masker.end()]).toString();
}

const one: ReadonlySet<string> = new Set([secret]);
const bytes = Buffer.from(secret);
const pairs = bytes.toString("hex").match(/../g) ?? [];
const base64 = (before: number, encoding: "base64" | "base64url"): string =>
  Buffer.concat([Buffer.alloc(before, "z"), bytes])
    .toString(encoding)
    .replaceAll("=", "");
const small = (text: string): string => text.replace(/%../g, (code) => code.toLowerCase());
const component = encodeURIComponent(secret);
const strict = component.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const json = JSON.stringify(secret).slice(1, -1);
const ascii = json.replace(/[^\0-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
const entities = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** What programs make of it, by the names of those that do. */
const forms: readonly [string, string][] = [
  ["as it is", secret],
  ["URL", component],
  ["URL, small digits", small(component)],
  ["URL, RFC 3986", strict],
  ["URL, RFC 3986, small digits", small(strict)],
  ["URL with its slashes", strict.replaceAll("%2F", "/")],
  ["form", component.replaceAll("%20", "+")],
  ["form, RFC 3986", strict.replaceAll("%20", "+")],
  ["JSON", json],
  ["JSON in ASCII", ascii],
  ["JSON with slashes escaped", json.replaceAll("/", "\\/")],
  ["JSON for HTML", json.replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`)],
  ["JSON in JSON", JSON.stringify(json).slice(1, -1)],
  ["HTML", entities.replaceAll("'", "&#39;")],
  ["HTML, hexadecimal", entities.replaceAll("'", "&#x27;")],
  ["XML", entities.replaceAll("'", "&apos;")],
  ["shell, single quotes", secret.replaceAll("'", "'\\''")],
  ["shell, as Python quotes", secret.replaceAll("'", `'"'"'`)],
  ["shell, double quotes", secret.replace(/[\\"$`]/g, "\\$&")],
  ["shell, backslashes", secret.replace(/[^\w@%+=:,./é-]/g, "\\$&")],
  ["hex", bytes.toString("hex")],
  ["HEX", bytes.toString("hex").toUpperCase()],
  ["hex with spaces", pairs.join(" ")],
  ["hex with colons", pairs.join(":").toUpperCase()],
  ["hex escapes", `\\x${pairs.join("\\x")}`],
  ...(["base64", "base64url"] as const).flatMap((encoding) =>
    [0, 1, 2].map((before): [string, string] => [
      `${encoding}, ${before} bytes in`,
      base64(before, encoding),
    ]),
  ),
];

/** In base64 the bits beside a secret share its first and last character, which stay. */
const isMasked = (out: string): boolean => /^before .{0,3}\*\*\*.{0,3} after$/.test(out);

let splits = 0;
let leaks = 0;

describe("a secret in the output", () => {
  it.each(forms)("is masked wherever it is cut in three: %s", (_, form) => {
    const text = Buffer.from(`before ${form} after`);
    for (let i = 0; i <= text.length; i++) {
      for (let j = i; j <= text.length; j++) {
        splits++;
        if (!isMasked(masked([text.subarray(0, i), text.subarray(i, j), text.subarray(j)]))) leaks++;
      }
    }
    expect(leaks).toBe(0);
  });

  it("is masked byte by byte, and among thousands of pieces of any size", () => {
    for (const [, form] of forms) {
      const text = Buffer.from(`before ${form} after`);
      expect(isMasked(masked([...text].map((byte) => Uint8Array.of(byte))))).toBe(true);
    }
  });

  it("gives the same output however the stream is cut", () => {
    // Few letters, so that secrets overlap, repeat and begin alike.
    const letters = (length: number) => fc.string({ unit: fc.constantFrom("a", "b"), maxLength: length });
    const pieces = fc.array(letters(12), { maxLength: 12 });
    const secrets = fc.uniqueArray(
      letters(9).map((text) => `aa${text}bb`),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(pieces, secrets, (texts, values) => {
        const known = new Set(values);
        const out = masked(
          texts.map((text) => Buffer.from(text)),
          known,
        );
        expect(out).toBe(masked([Buffer.from(texts.join(""))], known));
        for (const value of values) if (value.length >= 6) expect(out).not.toContain(value);
      }),
      { numRuns: runs(300) },
    );
  });

  it("is masked line by line", () => {
    const key = "-----BEGIN-----\nabcdefgh\nshort\nijklmnop\n-----END-----";
    const known = new Set([key]);
    expect(masked([Buffer.from("x abcdefgh y ijklmnop z short")], known)).toBe("x *** y *** z short");
    expect(masked([Buffer.from(`>${key}<`)], known)).toBe(">***<");
  });

  it.each([
    ["base64", ["base64"]],
    ["base64 in lines of 64", ["base64", "-w64"]],
    ["xxd in lines", ["od", "-An", "-v", "-tx1", "-w4096"]],
  ])("is masked as programs of the machine write a long one: %s", (_, [program = "", ...args]) => {
    const key = Array.from({ length: 40 }, (_, i) => `line ${i} of a key that is long`).join("\n");
    const printed = execFileSync(program, args, { input: `${key}\n` }).toString();
    const left = masked([Buffer.from(printed)], new Set([key]))
      .replaceAll("***", "")
      .replace(/\s/g, "");
    // What is left is the line break at its end, and the bits beside it.
    expect(left.length).toBeLessThan(8);
  });

  it("is masked beside one that contains it, overlaps it, or begins like it", () => {
    const known = new Set(["abcdef", "abcdefgh", "defxyz"]);
    expect(masked([Buffer.from("abcdefg")], known)).toBe("***g");
    expect(masked([Buffer.from("abcdef"), Buffer.from("gh")], known)).toBe("***");
    expect(masked([Buffer.from("abcdef"), Buffer.from("xyz")], known)).toBe("***");
    expect(masked([Buffer.from("abcdeabcdef")], known)).toBe("abcde***");
  });

  it("is counted", () => {
    const masker = new Masker(one);
    masker.write(Buffer.from(`${secret} and ${secret} and ${secret.slice(0, 9)}`));
    expect(masker.count).toBe(2);
    masker.write(Buffer.from(secret.slice(9)));
    masker.end();
    expect(masker.count).toBe(3);
  });

  it("is looked for as soon as it is known", () => {
    const known = new Set(["first-one"]);
    expect(maskText("first-one later-one", known)).toBe("*** later-one");
    known.add("later-one");
    expect(maskText("first-one later-one", known)).toBe("*** ***");
  });

  it("leaves everything else as it is, at once", () => {
    const masker = new Masker(new Set([secret, "short"]));
    expect(Buffer.from(masker.write(Buffer.from("a short line\n"))).toString()).toBe("a short line\n");
    const raw = Buffer.from([0, 255, 128, 10, 65]);
    expect([...masker.write(raw)]).toEqual([...raw]);
    expect(masker.end()).toHaveLength(0);
    expect(new Masker(new Set()).write(raw)).toBe(raw);
  });

  it("costs little, also where almost everything is a secret", () => {
    const secrets = new Set(Array.from({ length: 20 }, (_, i) => `secret-number-${i}/with some-length`));
    const speed = (text: string): number => {
      const masker = new Masker(secrets);
      const chunk = Buffer.from(text.repeat(Math.ceil(65_536 / text.length)));
      masker.write(chunk);
      const began = performance.now();
      for (let i = 0; i < 50; i++) masker.write(chunk);
      return Math.round((chunk.length * 50) / 1000 / (performance.now() - began));
    };
    const ordinary = speed("an ordinary line of output, as steps print them\n");
    const hostile = speed("secret-number-1/with some-lengthsecret-number-19/with some-lengt");
    expect(ordinary).toBeGreaterThan(3);
    expect(hostile).toBeGreaterThan(1);
    measured({
      count: splits,
      found: leaks,
      figures: { forms: forms.length, "MB/s, ordinary output": ordinary, "MB/s, secrets alone": hostile },
    });
  });
});
