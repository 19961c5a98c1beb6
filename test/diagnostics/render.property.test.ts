import fc from "fast-check";
import { expect, test } from "vitest";
import { diagnostic } from "../../server/src/diagnostics/diagnostic.ts";
import { cellsOf } from "../../server/src/diagnostics/printable.ts";
import { renderDiagnostics } from "../../server/src/diagnostics/render.ts";
import { runs } from "../support/runs.ts";

const pieces = [
  "a",
  "bc",
  " ",
  "\t",
  "\n",
  "\r\n",
  "\r",
  "日本",
  "e\u0301",
  "👩‍👩‍👧",
  "\x1b[2J",
  "\u202e",
  "\ud800",
  "\u0000",
  "x".repeat(90),
];
const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((parts) => parts.join(""));
/** Offsets also outside the text: spans of a file that has changed since. */
const spans = fc.tuple(fc.integer({ min: -5, max: 250 }), fc.integer({ min: -5, max: 250 }));

test("any range of any text can be shown, safely and within the width", () => {
  fc.assert(
    fc.property(
      texts,
      spans,
      fc.array(spans, { maxLength: 3 }),
      fc.integer({ min: 40, max: 100 }),
      (text, main, more, width) => {
        const origin = { file: "main.cw", start: 0 };
        const span = ([start, end]: readonly [number, number]) => ({ origin, start, end });
        const related = more.map((m) => ({ span: span(m), message: "m" }));
        const shown = renderDiagnostics(
          [diagnostic("wrong-type", "No", { span: span(main), related })],
          () => text,
          { color: false, width },
        );
        expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]|\p{Surrogate}/u);
        for (const line of shown.split("\n")) {
          const columns = cellsOf(line).reduce((sum, cell) => sum + cell.width, 0);
          // A message beside a mark may stand out by its own length.
          expect(columns).toBeLessThanOrEqual(width + 3);
        }
      },
    ),
    { numRuns: runs(500) },
  );
});
