import { expect, test } from "vitest";
import { signatureHelp } from "../../server/src/ide/signature.ts";
import { placeIn } from "../support/ide.ts";

/** The signature, the active parameter in brackets. */
async function helpAt(marked: string): Promise<string | undefined> {
  const { snapshot, file, text, offset } = await placeIn(marked);
  const help = signatureHelp(snapshot, file, text, offset);
  const active = help && help.active !== undefined ? help.parameters[help.active] : undefined;
  if (!help || !active) return help?.label;
  return `${help.label.slice(0, active.start)}[${help.label.slice(active.start, active.end)}]${help.label.slice(active.end)}`;
}

const inValue = (value: string) => `locals {\n  a = ${value}\n}\n`;

test("the parameter that is being written", async () => {
  expect(await helpAt(inValue('replace(<|>"a", "b", "c")'))).toBe(
    "replace([str: string], substr: string, replace: string) → string",
  );
  expect(await helpAt(inValue('replace("a", <|>)'))).toBe(
    "replace(str: string, [substr: string], replace: string) → string",
  );
  expect(await helpAt(inValue('replace("a, b", x<|>'))).toBe(
    "replace(str: string, [substr: string], replace: string) → string",
  );
});

test("what takes any number of arguments", async () => {
  expect(await helpAt(inValue("max(1, 2, <|>)"))).toBe("max([numbers...: number]) → number");
});

test("behind the last parameter none is active", async () => {
  expect(await helpAt(inValue('upper("a", <|>)'))).toBe("upper(str: string) → string");
});

test("the innermost call", async () => {
  expect(await helpAt(inValue('upper(join("-", [lower(<|>)]))'))).toContain("lower([");
  expect(await helpAt(inValue('upper(join("-", [lower("a"), <|>]))'))).toContain("[lists...");
  expect(await helpAt(inValue('"${upper(<|>)}"'))).toContain("upper([");
});

test("in text that breaks off", async () => {
  expect(await helpAt("locals {\n  a = upper(<|>")).toContain("upper([");
  expect(await helpAt('locals {\n  a = "${join(\n<|>')).toContain("join([");
});

test("no call of a function", async () => {
  expect(await helpAt(inValue("upper<|>(1)"))).toBeUndefined();
  expect(await helpAt(inValue("(<|>)"))).toBeUndefined();
  expect(await helpAt(inValue('upper("a")<|>'))).toBeUndefined();
  expect(await helpAt('variable "a" {\n  type = list(<|>)\n}')).toBeUndefined();
});
