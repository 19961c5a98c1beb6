import { expect, test } from "vitest";
import { inlineCompletion } from "../../server/src/ide/inline-completion.ts";
import { withoutPlaces } from "../../server/src/ide/snippets.ts";
import { type Marked, placeIn } from "../support/ide.ts";

/** The text as it would be, its places empty; undefined where nothing is proposed. */
async function proposed(marked: Marked): Promise<string | undefined> {
  const { snapshot, file, text, offset } = await placeIn(marked);
  const found = inlineCompletion(snapshot, file, text, offset);
  return found && text.slice(0, found.start) + withoutPlaces(found.insert) + text.slice(found.end);
}

test("an empty line of a body gets all that the body needs, with the line's margin", async () => {
  expect(await proposed('variable "a" {\n  validation {\n    <|>\n  }\n}')).toBe(
    'variable "a" {\n  validation {\n    condition     = true\n    error_message = ""\n  }\n}',
  );
});

test("what is set already is not proposed again, by any of its names", async () => {
  expect(await proposed("moved {\n  from = file.a\n  <|>\n}")).toBe("moved {\n  from = file.a\n  to = \n}");
  expect(await proposed("moved {\n  from = file.a\n  to = file.b\n  <|>\n}")).toBeUndefined();
});

test("what is typed comes first", async () => {
  expect(await proposed("moved {\n  t<|>\n}")).toBe("moved {\n  to   = \n  from = \n}");
  expect(await proposed("moved {\n  x<|>\n}")).toBeUndefined();
});

test("one of several attributes is a choice", async () => {
  const { snapshot, file, text, offset } = await placeIn('resource "service" "a" {\n  <|>\n}');
  expect(inlineCompletion(snapshot, file, text, offset)?.insert).toBe("$" + "{1|image,command|} = $2");
});

test("in a block that is not closed yet", async () => {
  expect(await proposed('resource "repository" "a" {\n  <|>')).toBe(
    'resource "repository" "a" {\n  url = ""',
  );
});

test("a module's variables, and those of a stack in its file of values", async () => {
  const module = { "m/main.cw": 'variable "size" {\n  type = number\n}\n' };
  expect(await proposed({ ...module, "main.cw": 'module "m" {\n  source = "./m"\n  <|>\n}' })).toBe(
    'module "m" {\n  source = "./m"\n  size = \n}',
  );
  expect(
    await proposed({ "main.cw": 'variable "size" {\n  type = number\n}\n', "clockwork.cwvars": "<|>" }),
  ).toBe("size = ");
});

test.for([
  ["a line with something on it", "moved {\n  from = <|>\n}"],
  ["a word that goes on", "moved {\n  t<|>o\n}"],
  ["the beginning of a line", "moved {\n  <|> # why\n}"],
  ["a comment", "moved {\n  # <|>\n}"],
  ["the top level", "<|>"],
  ["an object", "locals {\n  a = {\n    <|>\n  }\n}"],
  ["a body that needs nothing", 'output "a" {\n  value = 1\n  <|>\n}'],
] as const)("%s gets nothing", async ([, marked]) => {
  expect(await proposed(marked)).toBeUndefined();
});
