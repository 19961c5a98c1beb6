import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { valueToJson } from "../../../server/src/intake/to-json.ts";
import { evaluateText, grammar } from "../expressions/support.ts";

const loaded = await grammar();

const evaluated = (expression: string): unknown => {
  const { value, diagnostics } = evaluateText(loaded, expression);
  expect(diagnostics).toEqual([]);
  return valueToJson(value);
};

/** 200,000 characters. */
const zeros = Array.from({ length: 1000 }, (_, i) => String(i).padStart(200, "0")).join("");

test.each([
  ["nothing", '""', ""],
  ["text of every width", '"aé€😀\\n"', "aé€😀\n"],
  ["more than one stored block", 'join("", [for i in range(1000) : format("%0200d", i)])', zeros],
])("base64gzip decompresses to what it was given: %s", (_, expression, text) => {
  const packed = evaluated(`base64gzip(${expression})`);
  expect(gunzipSync(Buffer.from(String(packed), "base64")).toString("utf8")).toBe(text);
});

test("base64gzip gives the same bytes everywhere", () => {
  expect(evaluated('base64gzip("a")')).toBe("H4sIAAAAAAAA/wEBAP7/YUO+t+gBAAAA");
});
