import { describe, expect, it } from "vitest";
import { Masker } from "../../../server/src/forge/mask.ts";

const secret = 'p@ss w\'rd/"x"+é%';

/** The text, masked when it arrives in the given pieces. */
function masked(pieces: readonly Uint8Array[], secrets: readonly string[] = [secret]): string {
  const masker = new Masker(secrets);
  return Buffer.concat([...pieces.map((piece) => masker.write(piece)), masker.end()]).toString();
}

const bytes = Buffer.from(secret);
const base64 = (before: string, encoding: "base64" | "base64url"): string =>
  Buffer.from(`${before}${secret}tail`).toString(encoding);
const forms: [string, string][] = [
  ["as it is", secret],
  ["URL", encodeURIComponent(secret)],
  ["URL, small letters", encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase())],
  ["form", encodeURIComponent(secret).replaceAll("%20", "+")],
  ["JSON", JSON.stringify(secret).slice(1, -1)],
  ["shell", secret.replaceAll("'", "'\\''")],
  ["hex", bytes.toString("hex")],
  ["HEX", bytes.toString("hex").toUpperCase()],
  ["base64", bytes.toString("base64").replaceAll("=", "")],
];

describe("a secret in the output", () => {
  it.each(forms)("is masked wherever it is cut: %s", (_, form) => {
    const text = Buffer.from(`before ${form} after`);
    for (let i = 0; i <= text.length; i++) {
      for (let j = i; j <= text.length; j += 3) {
        const out = masked([text.subarray(0, i), text.subarray(i, j), text.subarray(j)]);
        expect(out).toMatch(/^before \*\*\*.? after$/);
      }
    }
  });

  it.each([0, 1, 2])("is masked in the middle of base64, %i bytes in", (before) => {
    for (const encoding of ["base64", "base64url"] as const) {
      const out = masked([Buffer.from(base64("z".repeat(before), encoding))]);
      expect(out).toContain("***");
      expect(Buffer.from(out.replace("***", ""), "base64").toString()).not.toContain("w'rd");
    }
  });

  it("is masked line by line", () => {
    const key = "-----BEGIN-----\nabcdefgh\nshort\nijklmnop\n-----END-----";
    expect(masked([Buffer.from("x abcdefgh y ijklmnop z short")], [key])).toBe("x *** y *** z short");
    expect(masked([Buffer.from(`>${key}<`)], [key])).toBe(">***<");
  });

  it("is masked beside one that contains it, or begins like it", () => {
    const secrets = ["abcdef", "abcdefgh", "defxyz"];
    expect(masked([Buffer.from("abcdefg")], secrets)).toBe("***g");
    expect(masked([Buffer.from("abcdef"), Buffer.from("gh")], secrets)).toBe("***");
    expect(masked([Buffer.from("abcdef"), Buffer.from("xyz")], secrets)).toBe("***xyz");
    expect(masked([Buffer.from("abcdeabcdef")], secrets)).toBe("abcde***");
  });

  it("leaves everything else as it is, at once", () => {
    const masker = new Masker([secret, "short"]);
    expect(Buffer.from(masker.write(Buffer.from("a short line\n"))).toString()).toBe("a short line\n");
    const raw = Buffer.from([0, 255, 128, 10, 65]);
    expect([...masker.write(raw)]).toEqual([...raw]);
    expect(masker.end()).toHaveLength(0);
    expect(new Masker([]).write(raw)).toBe(raw);
  });

  it("costs little", () => {
    const masker = new Masker(Array.from({ length: 20 }, (_, i) => `secret-number-${i}-with-some-length`));
    const chunk = Buffer.from("an ordinary line of output, as steps print them\n".repeat(1400));
    const began = performance.now();
    for (let i = 0; i < 100; i++) masker.write(chunk);
    expect(performance.now() - began).toBeLessThan(3000);
  });
});
