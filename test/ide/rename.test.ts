import { describe, expect, test } from "vitest";
import { hasErrors } from "../../server/src/diagnostics/diagnostic.ts";
import { prepareRename, rename } from "../../server/src/ide/rename.ts";
import type { Marked } from "../support/ide.ts";
import { analyseText, problems } from "../support/stack.ts";
import { everything, indexOf, marked } from "./stack.ts";

interface Renamed {
  readonly files: Readonly<Record<string, string>>;
  /** Lines that are no longer, or newly, there. */
  readonly difference: readonly string[];
  readonly notes: readonly string[];
}

async function renamed(given: Marked, to: string): Promise<Renamed> {
  const { index, place } = await indexOf(given);
  const edits = rename(index, place, to);
  if ("refused" in edits) throw new Error(edits.refused);
  const named = typeof given === "string" ? { "main.cw": given } : given;
  const before = Object.fromEntries(
    Object.entries(named).map(([file, text]) => [file, text.replace("<|>", "")]),
  );
  const files = { ...before };
  for (const { at, text } of [...edits].sort((a, b) => b.at.start - a.at.start || b.at.end - a.at.end)) {
    const old = files[at.file] ?? "";
    files[at.file] = old.slice(0, at.start) + text + old.slice(at.end);
  }
  const lines = (of: Readonly<Record<string, string>>) =>
    Object.entries(of).flatMap(([file, text]) => text.split("\n").map((line) => `${file}: ${line.trim()}`));
  const now = lines(files);
  const then = new Set(lines(before));
  const notes = [...new Set(edits.flatMap(({ note }) => note ?? []))];
  return { files, difference: now.filter((line) => !then.has(line)), notes };
}

async function refusal(given: Marked, to: string): Promise<string> {
  const { index, place } = await indexOf(given);
  const found = rename(index, place, to);
  if (!("refused" in found)) throw new Error(`renamed: ${JSON.stringify(found)}`);
  return found.refused;
}

describe("a rename", () => {
  test.each([
    [
      'variable "im@age"',
      [
        'main.cw: variable "new" {',
        'main.cw: tag  = "${var.new}:1"',
        "main.cw: name   = var.new",
        'clockwork.cwvars: new = "caddy"',
      ],
    ],
    [
      'variable "na@me"',
      ["main.cw: new   = var.image", 'net/main.cw: variable "new" {}', "net/main.cw: name = var.new"],
    ],
    [
      "local.t@ag]",
      [
        'main.cw: new  = "${var.image}:1"',
        'main.cw: tags = [for i, t in [local.new] : "${i}${t}"]',
        "main.cw: image      = local.new",
      ],
    ],
    ["${t@}", ['main.cw: tags = [for i, new in [local.tag] : "${i}${new}"]']],
    [
      'output "i@d"',
      [
        'main.cw: value = [module.net.new, app.one.address, volume.data["a"].name, service.web.image, file("a.txt")]',
        'net/main.cw: output "new" {',
      ],
    ],
    ["verify.http.up@2", ["main.cw: depends_on = [verify.http.new]", 'main.cw: verify "http" "new" {']],
    [
      'attribute "si@ze"',
      ["main.cw: new = 1", 'main.cw: attribute "new" {', "main.cw: size   = app.one.new"],
    ],
  ])("at %s", async (at, expected) => {
    const { difference, notes, files } = await renamed(marked(at), "new");
    expect(difference).toEqual(expected);
    expect(notes).toEqual([]);
    expect(problems(await analyseText(files))).toEqual(problems(await analyseText(everything)));
  });

  test("of a resource moves what is there along, and says so", async () => {
    const { difference, notes, files } = await renamed(marked('"volume" "da@ta"'), "new");
    expect(difference).toEqual([
      'main.cw: depends_on = [app.one, "volume.new"]',
      'main.cw: resource "volume" "new" {',
      "main.cw: from = volume.data",
      "main.cw: to   = volume.new",
      'main.cw: value = [module.net.id, app.one.address, volume.new["a"].name, service.web.image, file("a.txt")]',
    ]);
    expect(notes).toEqual([
      "Adds moved { from = volume.data, to = volume.new }, so that nothing is destroyed.",
    ]);
    expect((await analyseText(files)).ir.moves.map(({ from, to }) => `${from} ${to}`)).toEqual([
      "volume.data volume.new",
      "service.old service.web",
    ]);
  });

  test("of a module moves what is in it along", async () => {
    const { difference } = await renamed(marked('module "n@et"'), "new");
    expect(difference).toContain("main.cw: from = module.net");
    expect(difference).toContain("main.cw: to   = module.new");
  });

  test("of a kind says what comes of it", async () => {
    const { notes, files } = await renamed(marked('kind "a@pp"'), "program");
    expect(notes).toEqual([
      "What exists of kind app is removed and made anew: a thing of another kind is another thing.",
    ]);
    expect(problems(await analyseText(files))).toEqual(problems(await analyseText(everything)));
  });

  test("of an iterator that has a name", async () => {
    const text =
      'resource "service" "a" {\n  command = ["x"]\n  dynamic "port" {\n    for_each = [1]\n    iterator = <|>it\n    content {\n      internal = it.value\n    }\n  }\n}\n';
    expect((await renamed(text, "p")).difference).toEqual([
      "main.cw: iterator = p",
      "main.cw: internal = p.value",
    ]);
  });

  test("keeps the line ends of the file", async () => {
    const { files } = await renamed('resource "file" "<|>a" {\r\n}\r\n', "b");
    expect(files["main.cw"]).toBe(
      'resource "file" "b" {\r\n}\r\n\r\nmoved {\r\n  from = file.a\r\n  to   = file.b\r\n}\r\n',
    );
  });
});

describe("moves stay a chain", () => {
  const resource = (name: string) => `resource "directory" "${name}" {\n  path = "x"\n}\n`;
  const moved = (from: string, to: string) =>
    `\nmoved {\n  from = directory.${from}\n  to   = directory.${to}\n}\n`;

  test.each([
    ["twice", "", ["b", "c"], ["a b", "b c"]],
    ["and back", "", ["b", "a"], ["b a"]],
    ["round about", "", ["b", "c", "a"], ["b c", "c a"]],
    ["to a former name of another's", moved("x", "a"), ["b"], ["x a", "a b"]],
    ["there and back behind another", moved("x", "a"), ["b", "a"], ["x b", "b a"]],
    ["to where something came from", moved("b", "a"), ["b"], ["a b"]],
  ])("%s", async (_, moves, names, expected) => {
    let text = `${resource("a")}${moves}`;
    let name = "a";
    for (const next of names) {
      const place = text.replace(`"directory" "${name}"`, `"directory" "<|>${name}"`);
      text = (await renamed(place, next)).files["main.cw"] ?? "";
      name = next;
    }
    const analysis = await analyseText(text);
    expect(hasErrors(analysis.diagnostics)).toBe(false);
    const found = analysis.ir.moves.map(({ from, to }) => `${from} ${to}`.replaceAll("directory.", ""));
    expect(found.sort()).toEqual([...expected].sort());
  });
});

describe("refused is", () => {
  test.each([
    ["what is no name", "defa@ult", "x", "There is no name here that could be changed."],
    [
      "a kind of Clockwork's own",
      'resource "servi@ce"',
      "x",
      '"service" is a kind that Clockwork brings along.',
    ],
    [
      "an attribute of such a kind",
      "ima@ge      =",
      "x",
      '"image" belongs to the language or to a kind that Clockwork brings along.',
    ],
    ["each.key", "each.k@ey", "x", "What an instance is told by for_each has fixed names."],
    [
      "an iterator without a name",
      "po@rt.value",
      "x",
      '"port" is the type of the blocks as well. Write iterator = NAME to give it a name of its own.',
    ],
    ["what is not there", "service.ol@d", "x", '"service.old" is declared nowhere in this stack.'],
    ["a name that is taken", '"http" "u@p"', "up2", 'There is a check called "up2" already.'],
    ["a taken resource", '"volume" "da@ta"', "data", undefined],
    [
      "a reserved name",
      'variable "im@age"',
      "source",
      'A variable cannot be called "source": in a module block that name has a meaning of its own.',
    ],
    [
      "what is no name",
      'variable "im@age"',
      "1x",
      '"1x" is not a name: one begins with a letter or underscore and has letters, digits, underscores and hyphens.',
    ],
    [
      "a kind's name that is taken",
      'kind "a@pp"',
      "service",
      '"service" is a kind that Clockwork has already. Give yours another name.',
    ],
    ["a variable's that would be hidden", "${t@}", "i", '"i" is used around here already.'],
    ["a variable's that would hide", "${t@}", "local", '"local" has a meaning of its own in the language.'],
  ])("%s", async (_, at, to, expected) => {
    if (expected === undefined) expect((await renamed(marked(at), to)).difference).toEqual([]);
    else expect(await refusal(marked(at), to)).toBe(expected);
  });
});

test("what can be renamed is told beforehand", async () => {
  const { index, place, text } = await indexOf(marked('"service" "we@b"'));
  const found = prepareRename(index, place);
  if ("refused" in found) throw new Error(found.refused);
  expect(found.text).toBe("web");
  expect(text.slice(found.start, found.end)).toBe("web");
});
