import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { lineIndex } from "../../server/src/diagnostics/line-index.ts";
import { sourceLines } from "../../server/src/lsp/source-lines.ts";
import { editDocument, openDocument } from "../../server/src/syntax/editing.ts";
import type { Grammar } from "../../server/src/syntax/parser.ts";
import { runs } from "../support/runs.ts";
import { testGrammar } from "../support/stack.ts";
import { change, pieces, place, validFile } from "../syntax/arbitrary.ts";

let grammar: Grammar;
beforeAll(async () => {
  grammar = await testGrammar();
});

test("after any edits every place of a file is on the line that its text says", () => {
  const ending = fc.constantFrom("\n", "\r\n", "\r");
  const file = fc.oneof(validFile, pieces, fc.constant(""));
  fc.assert(
    fc.property(file, ending, fc.array(change, { maxLength: 4 }), (text, line, changes) => {
      const document = openDocument(grammar, "a.cw", text.replaceAll("\n", line));
      const stale = { ...document };
      for (const one of changes) editDocument(document, place(document.text, one));
      for (const source of [document, { ...document, chunks: [] }, stale]) {
        const [lines, expected] = [sourceLines(source), lineIndex(source.text)];
        for (let offset = -1; offset <= source.text.length + 1; offset++)
          expect(lines.positionAt(offset)).toEqual(expected.positionAt(offset));
      }
    }),
    { seed: 20261123, numRuns: runs(100) },
  );
});
