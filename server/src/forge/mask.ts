import { secretForms } from "./mask-forms.ts";

/** What stands in place of a secret. */
const mask = "***";

/** What is looked for; made once for many streams, because making it takes far longer than looking at a line. */
class Patterns {
  /** Finds the longest one at a place; undefined where there is nothing to look for. */
  readonly expression: RegExp | undefined;
  /** In bytes. */
  readonly longest: number;
  readonly byFirst = new Map<string, string[]>();

  constructor(secrets: Iterable<string>) {
    const forms = new Set([...secrets].flatMap((secret) => [...secretForms(secret)]));
    // An alternation takes the first that fits.
    const patterns = [...forms].sort((a, b) => b.length - a.length);
    this.longest = patterns[0]?.length ?? 0;
    if (patterns.length === 0) return;
    this.expression = new RegExp(patterns.map(escapeExpression).join("|"), "g");
    for (const pattern of patterns) {
      const first = pattern.charAt(0);
      this.byFirst.set(first, [...(this.byFirst.get(first) ?? []), pattern]);
    }
  }
}

/** By the set they were made of, which only grows. */
const made = new WeakMap<ReadonlySet<string>, { readonly size: number; readonly patterns: Patterns }>();

function patternsOf(secrets: ReadonlySet<string>): Patterns {
  const known = made.get(secrets);
  if (known?.size === secrets.size) return known.patterns;
  const patterns = new Patterns(secrets);
  made.set(secrets, { size: secrets.size, patterns });
  return patterns;
}

/**
 * Takes secrets out of a stream of bytes, also where a secret is cut by the end of a chunk: the output is the same however
 * the stream is cut. Finds each value in the forms of `secretForms`. Cannot find one that is reversed, cut in parts,
 * encoded twice, compressed or encrypted.
 */
export class Masker {
  readonly #patterns: Patterns;
  /** Bytes that may be the beginning of a secret, as characters. */
  #held = "";
  /** How many of those belong to a secret that is masked already, and overlaps what may follow. */
  #covered = 0;
  #count = 0;

  constructor(secrets: ReadonlySet<string>) {
    this.#patterns = patternsOf(secrets);
  }

  /** How many places have been masked. */
  get count(): number {
    return this.#count;
  }

  /** What can be passed on by now. */
  write(chunk: Uint8Array): Uint8Array {
    const { expression } = this.#patterns;
    if (!expression) return chunk;
    const text = this.#held + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString("latin1");
    return this.#pass(expression, text, this.#firstDoubtful(text));
  }

  /** The rest, once nothing follows. */
  end(): Uint8Array {
    const { expression } = this.#patterns;
    return expression ? this.#pass(expression, this.#held, this.#held.length) : new Uint8Array();
  }

  /** Passes on the text up to `limit`, with one mask for secrets that overlap, and holds the rest. */
  #pass(expression: RegExp, text: string, limit: number): Uint8Array {
    let out = "";
    let done = this.#covered;
    expression.lastIndex = 0;
    for (let found = expression.exec(text); found && found.index < limit; found = expression.exec(text)) {
      const { index } = found;
      const end = index + found[0].length;
      if (index >= done) {
        out += text.slice(done, index) + mask;
        this.#count++;
      }
      done = Math.max(done, end);
      // Another one may begin inside this one.
      expression.lastIndex = index + 1;
    }
    if (done < limit) out += text.slice(done, limit);
    this.#held = text.slice(limit);
    this.#covered = Math.max(0, done - limit);
    return Buffer.from(out, "latin1");
  }

  /** The first position from which on the text is the beginning of a secret but not yet the whole. */
  #firstDoubtful(text: string): number {
    const { longest, byFirst } = this.#patterns;
    for (let at = Math.max(0, text.length - longest + 1); at < text.length; at++) {
      const candidates = byFirst.get(text.charAt(at));
      if (!candidates) continue;
      const tail = text.slice(at);
      if (candidates.some((pattern) => pattern.length > tail.length && pattern.startsWith(tail))) return at;
    }
    return text.length;
  }
}

/** A whole text without the secrets. */
export function maskText(text: string, secrets: ReadonlySet<string>): string {
  const masker = new Masker(secrets);
  return Buffer.concat([masker.write(Buffer.from(text)), masker.end()]).toString("utf8");
}

/** So that nobody takes the mask for what was printed. */
export const maskedNote = (count: number): string =>
  `*** stands for ${count === 1 ? "a secret" : `secrets, in ${count} places`}`;

function escapeExpression(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
