/** What stands in place of a secret. */
const mask = "***";

/** Shorter values occur in innocent text. Source: GitHub's and GitLab's runners, which mask from about here on. */
const minLength = 6;

/**
 * Takes secrets out of a stream of bytes, also where a secret is cut by the end of a chunk. Finds each value as it is,
 * its single lines, and the ways programs usually write one: URL-, JSON-, shell-, base64- and hex-encoded. Cannot find
 * one that is reversed, cut in halves or compressed.
 */
export class Masker {
  readonly #patterns: readonly string[];
  readonly #byFirst = new Map<string, string[]>();
  readonly #expression: RegExp | undefined;
  /** Bytes that may be the beginning of a secret, as characters. */
  #held = "";

  constructor(secrets: Iterable<string>) {
    const patterns = new Set([...secrets].flatMap(formsOf).map(toBinary));
    // The longest first: an alternation takes the first that fits.
    this.#patterns = [...patterns].filter((p) => p.length >= minLength).sort((a, b) => b.length - a.length);
    if (this.#patterns.length === 0) return;
    this.#expression = new RegExp(this.#patterns.map(escapeExpression).join("|"), "g");
    for (const pattern of this.#patterns) {
      const first = pattern.charAt(0);
      this.#byFirst.set(first, [...(this.#byFirst.get(first) ?? []), pattern]);
    }
  }

  /** What can be passed on by now. */
  write(chunk: Uint8Array): Uint8Array {
    if (!this.#expression) return chunk;
    const text = this.#held + Buffer.from(chunk).toString("latin1");
    let end = this.#firstDoubtful(text);
    let done = 0;
    let out = "";
    for (const match of text.matchAll(this.#expression)) {
      if (match.index >= end) break;
      out += text.slice(done, match.index) + mask;
      done = match.index + match[0].length;
      end = Math.max(end, done);
    }
    this.#held = text.slice(end);
    return Buffer.from(out + text.slice(done, end), "latin1");
  }

  /** The rest, once nothing follows. */
  end(): Uint8Array {
    const rest = this.#expression ? this.#held.replace(this.#expression, mask) : "";
    this.#held = "";
    return Buffer.from(rest, "latin1");
  }

  /** The first position from which on the text is the beginning of a secret but not yet the whole. */
  #firstDoubtful(text: string): number {
    const longest = this.#patterns[0]?.length ?? 0;
    for (let at = Math.max(0, text.length - longest + 1); at < text.length; at++) {
      const candidates = this.#byFirst.get(text.charAt(at));
      if (!candidates) continue;
      const tail = text.slice(at);
      if (candidates.some((pattern) => pattern.length > tail.length && pattern.startsWith(tail))) return at;
    }
    return text.length;
  }
}

/** A whole text without the secrets. */
export function maskText(text: string, secrets: Iterable<string>): string {
  const masker = new Masker(secrets);
  return Buffer.concat([masker.write(Buffer.from(text)), masker.end()]).toString("utf8");
}

function formsOf(secret: string): string[] {
  const values = [secret, ...secret.split(/\r?\n/)].filter((value) => value.length >= minLength);
  return values.flatMap((value) => {
    const bytes = Buffer.from(value);
    const url = encodeURIComponent(value.toWellFormed());
    return [
      value,
      url,
      url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
      url.replaceAll("%20", "+"),
      JSON.stringify(value).slice(1, -1),
      value.replaceAll("'", "'\\''"),
      bytes.toString("hex"),
      bytes.toString("hex").toUpperCase(),
      ...base64Forms(bytes),
    ];
  });
}

/** Base64 takes three bytes at a time, so the same bytes look different at each of three places in a longer text. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    // Characters that hold bits of the neighbours are left out.
    const [from, to] = [Math.ceil((before * 8) / 6), Math.floor((whole.length * 8) / 6)];
    return (["base64", "base64url"] as const).map((encoding) => whole.toString(encoding).slice(from, to));
  });
}

function toBinary(text: string): string {
  return Buffer.from(text).toString("latin1");
}

function escapeExpression(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
