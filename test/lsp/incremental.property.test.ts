import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { Analyser, type Analysis } from "../../server/src/analyse.ts";
import { absolute, type Span } from "../../server/src/diagnostics/span.ts";
import { memoryHost } from "../../server/src/host/memory.ts";
import { overlay } from "../../server/src/host/overlay.ts";
import { StackSources } from "../../server/src/lsp/stack-sources.ts";
import { splitChunks } from "../../server/src/syntax/chunks.ts";
import type { Grammar } from "../../server/src/syntax/parser.ts";
import type { Case } from "../intake/stack/case.ts";
import { instanceCases } from "../intake/stack/instance-cases.ts";
import { kindCases } from "../intake/stack/kind-cases.ts";
import { lifecycleCases } from "../intake/stack/lifecycle-cases.ts";
import { moduleCases } from "../intake/stack/module-cases.ts";
import { runs } from "../support/runs.ts";
import { testGrammar } from "../support/stack.ts";
import { richStack } from "./rich-stack.ts";

type Texts = Readonly<Record<string, string>>;

let grammar: Grammar;
beforeAll(async () => {
  grammar = await testGrammar();
});

/** A stack that is edited: what an editor has open lies over what is on the disk. */
class Edited {
  readonly #sources = new StackSources(grammar, "/stack");
  readonly #analyser = new Analyser(grammar, "/stack", {});

  #before: Texts = {};

  async analyse(texts: Texts): Promise<Analysis> {
    const isSource = /\.(cw|cwvars)$/;
    const others = Object.entries(texts).filter(([name]) => !isSource.test(name));
    if (others.some(([name, text]) => text !== this.#before[name])) this.#analyser.forget();
    this.#before = texts;
    const open = new Map(Object.entries(texts).map(([name, text]) => [`/stack/${name}`, text]));
    const files = overlay(memoryHost(Object.fromEntries(open)).files, open);
    return this.#analyser.analyse(files, await this.#sources.load(files, open));
  }
}

/** Everything that an analysis says, as plain data in one order. */
function told({ diagnostics, ir }: Analysis): unknown {
  const { kinds, resources, ...rest } = ir;
  return {
    diagnostics: diagnostics.map((d) => JSON.stringify(plain(d))).sort(),
    resources: plain(resources),
    kinds: [...kinds.resources.keys()],
    rest: plain(rest),
    later: resources.map((resource) =>
      [...resource.attributes.keys()].map((name) => plain(resource.evaluate(name, () => "later"))),
    ),
  };
}

function plain(value: unknown): unknown {
  if (typeof value === "function") return undefined;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  if ("origin" in value && "start" in value) return absolute(value as Span);
  if ("entries" in value && typeof value.entries === "function") return [...value.entries()].map(plain);
  if (!Object.hasOwn(value, "kind") && "toFixed" in value) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** Numbers from 0 to 1 that say where and what. */
interface Change {
  readonly what: "type" | "erase" | "swap" | "cut" | "copy" | "restore" | "undo";
  readonly file: number;
  readonly at: number;
  readonly from: number;
  readonly typed: string;
}

const part = fc.double({ min: 0, max: 0.999, noNaN: true });
const change: fc.Arbitrary<Change> = fc.record({
  what: fc.constantFrom("type", "type", "erase", "swap", "swap", "swap", "cut", "copy", "restore", "undo"),
  file: part,
  at: part,
  from: part,
  typed: fc.constantFrom(
    '"',
    "{",
    "}",
    "\n",
    "x",
    "2",
    ".",
    "local.",
    "var.",
    "= ",
    "[",
    "# ",
    "-",
    "null",
    "${",
  ),
});

function changed(before: Texts, original: Texts, { what, file, at, from, typed }: Change): Texts {
  const names = Object.keys(original);
  const pick = <T>(list: readonly T[], where: number): T | undefined => list[Math.floor(where * list.length)];
  const name = pick(names, file) ?? "main.cw";
  const text = before[name] ?? "";
  const place = Math.floor(at * (text.length + 1));
  const put = (start: number, end: number, inserted: string): Texts => ({
    ...before,
    [name]: text.slice(0, start) + inserted + text.slice(end),
  });
  const chunk = pick(splitChunks(text), at);
  const words = (source: string) => [...source.matchAll(/[\p{L}_][\p{L}\p{N}_-]*|"[^"\n]*"|\d+/gu)];
  switch (what) {
    case "type":
      return put(place, place, typed);
    case "erase":
      return put(place, place + Math.ceil(from * 6), "");
    case "swap": {
      const word = pick(words(text), at);
      const other = pick(words(pick(Object.values(before), from) ?? ""), (from * 7919) % 1);
      return word && other ? put(word.index, word.index + word[0].length, other[0]) : before;
    }
    case "cut":
      return chunk ? put(chunk.start, chunk.end, "") : before;
    case "copy":
      return chunk ? put(chunk.start, chunk.start, text.slice(chunk.start, chunk.end)) : before;
    default:
      return { ...before, [name]: original[name] ?? "" };
  }
}

const given: readonly (readonly [string, Texts])[] = [
  ["a stack with everything", richStack],
  ...[...moduleCases, ...instanceCases, ...kindCases, ...lifecycleCases].map(
    ({ name, given: files }: Case) =>
      [name, typeof files === "string" ? { "main.cw": files } : files] as const,
  ),
];

describe("after any edits a stack is what a fresh analysis makes of it", () => {
  test.each(given)(
    "%s",
    async (name, original) => {
      const numRuns = runs(name === "a stack with everything" ? 12 : 1);
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 12 }), async (changes) => {
          const edited = new Edited();
          await edited.analyse(original);
          const history = [original];
          for (const one of changes) {
            const last = history.at(-1) ?? original;
            const now = one.what === "undo" ? (history.at(-2) ?? original) : changed(last, original, one);
            history.push(now);
            expect(told(await edited.analyse(now))).toEqual(told(await new Edited().analyse(now)));
          }
        }),
        { seed: Number(process.env["CLOCKWORK_SEED"] ?? 20261123) || Date.now(), numRuns },
      );
    },
    120_000,
  );
});
