import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { splitChunks } from "../../server/src/syntax/chunks.ts";
import { chunkOf, parse, parseText } from "../../server/src/syntax/document.ts";
import { changeText, editDocument, openDocument } from "../../server/src/syntax/editing.ts";
import type { Grammar } from "../../server/src/syntax/parser.ts";
import { runs } from "../support/runs.ts";
import { change, pieces, place, validFile } from "./arbitrary.ts";
import { absoluteFile, absoluteItems, testGrammar } from "./grammar.ts";

const seeded = (n: number) => ({ seed: 20261123, numRuns: runs(n) });
let grammar: Grammar;
beforeAll(async () => {
  grammar = await testGrammar();
});

test("chunks cover a text without gaps", () => {
  fc.assert(
    fc.property(fc.oneof(validFile, pieces), (text) => {
      let at = 0;
      for (const { start, end } of splitChunks(text)) {
        expect(start).toBe(at);
        expect(end).toBeGreaterThan(start);
        at = end;
      }
      expect(at).toBe(text.length);
    }),
    seeded(500),
  );
});

test("a valid file has no problems, and its chunks hold what one tree of the whole file holds", () => {
  fc.assert(
    fc.property(validFile, (text) => {
      const file = parse(grammar, "a.cw", text);
      expect(file.chunks.flatMap((c) => c.diagnostics)).toEqual([]);
      const tree = parseText(grammar, text);
      const whole = chunkOf(grammar, { file: "a.cw", start: 0 }, text, tree);
      tree.delete();
      expect(file.chunks.flatMap(absoluteItems)).toEqual(whole.items);
    }),
    seeded(400),
  );
});

test("after any edits a document is what a fresh parse gives", () => {
  fc.assert(
    fc.property(validFile, fc.array(change, { minLength: 1, maxLength: 6 }), (text, changes) => {
      const document = openDocument(grammar, "a.cw", text);
      for (const c of changes) {
        editDocument(document, place(document.text, c));
        expect(absoluteFile(document)).toEqual(absoluteFile(parse(grammar, "a.cw", document.text)));
      }
    }),
    seeded(400),
  );
});

test("what brackets open in front of other blocks, and what closes more than it opened, is found as in a fresh parse", () => {
  const broken = fc.constantFrom(
    "a {\n",
    "b = [\n",
    "}\n",
    "x )\n",
    "( }\n",
    'c "{\n',
    "d = <<E\n",
    'e = "${\n',
    "/*\n",
  );
  const file = fc
    .array(fc.oneof(validFile, broken), { maxLength: 6 })
    .map((parts) => parts.map((part) => (part.endsWith("\n") ? part : `${part}\n`)).join(""));
  fc.assert(
    fc.property(file, fc.array(fc.tuple(change, broken), { minLength: 1, maxLength: 6 }), (text, changes) => {
      const document = openDocument(grammar, "a.cw", text);
      for (const [one, insert] of changes) {
        editDocument(document, place(document.text, { ...one, insert }));
        expect(absoluteFile(document)).toEqual(absoluteFile(parse(grammar, "a.cw", document.text)));
      }
    }),
    seeded(400),
  );
});

test("a document that is changed to another text is what a fresh parse of that gives", () => {
  fc.assert(
    fc.property(validFile, fc.oneof(validFile, pieces), change, (text, other, one) => {
      const document = openDocument(grammar, "a.cw", text);
      for (const next of [other, `${other}${text}`, text, text]) {
        const edit = place(next, one);
        const edited = next.slice(0, edit.start) + edit.text + next.slice(edit.end);
        for (const now of [next, edited]) {
          changeText(document, now);
          expect(absoluteFile(document)).toEqual(absoluteFile(parse(grammar, "a.cw", now)));
        }
      }
    }),
    seeded(200),
  );
});

test("parts that move to where another was are not taken for it", () => {
  const [one, four] = ["b = {\n", "b = {\n".repeat(4)];
  const document = openDocument(
    grammar,
    "a.cw",
    ` = {\n${four}${one.repeat(3)}b = 1,\ncc = {\n${four}${one}`,
  );
  editDocument(document, { start: 78, end: 78, text: "lower(" });
  expect(absoluteFile(document)).toEqual(absoluteFile(parse(grammar, "a.cw", document.text)));
});

test("what ends a comment may be typed anywhere behind it", () => {
  const document = openDocument(grammar, "a.cw", "/*\nb = 1\nc = 2\nd = 3\n");
  editDocument(document, { start: 21, end: 21, text: "*/" });
  expect(absoluteFile(document)).toEqual(absoluteFile(parse(grammar, "a.cw", document.text)));
});

test("any text is parsed, and a text that is not valid has a problem in its range", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        pieces,
        fc.tuple(validFile, change).map(([t, c]) => mutate(t, c)),
      ),
      (text) => {
        for (const chunk of parse(grammar, "a.cw", text).chunks) {
          for (const { span } of chunk.diagnostics) {
            expect(span && span.start >= 0 && span.start <= span.end && span.end <= chunk.length).toBe(true);
          }
        }
      },
    ),
    seeded(500),
  );
});

function mutate(text: string, c: { at: number; remove: number; insert: string }): string {
  const { start, end, text: inserted } = place(text, c);
  return text.slice(0, start) + inserted + text.slice(end);
}
