import fc from "fast-check";
import { expect, test } from "vitest";
import { lineIndex } from "../../server/src/diagnostics/line-index.ts";

test("lines end at LF, CR LF and CR", () => {
  const lines = lineIndex("a\r\nbc\rd\n\n");
  expect(lines.count).toBe(5);
  expect([0, 1, 2, 3, 4].map((l) => [lines.startOf(l), lines.endOf(l)])).toEqual([
    [0, 1],
    [3, 5],
    [6, 7],
    [8, 8],
    [9, 9],
  ]);
  expect(lines.positionAt(4)).toEqual({ line: 1, column: 1 });
  expect(lines.positionAt(-3)).toEqual({ line: 0, column: 0 });
  expect(lines.positionAt(99)).toEqual({ line: 4, column: 0 });
  expect(lineIndex("").count).toBe(1);
});

test("every offset is in the line it is said to be in", () => {
  const char = fc.constantFrom("a", "\n", "\r", "é", "😀");
  fc.assert(
    fc.property(fc.array(char), fc.nat(40), (chars, offset) => {
      const text = chars.join("");
      const lines = lineIndex(text);
      const at = Math.min(offset, text.length);
      const { line, column } = lines.positionAt(at);
      expect(lines.startOf(line) + column).toBe(at);
      expect(text.slice(lines.startOf(line), lines.endOf(line))).not.toMatch(/[\r\n]/);
      if (line + 1 < lines.count) expect(at).toBeLessThan(lines.startOf(line + 1));
    }),
  );
});
