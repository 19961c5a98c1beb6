import { describe, expect, test } from "vitest";
import { type Analysis, analyse } from "../../../server/src/analyse.ts";
import { absolute } from "../../../server/src/diagnostics/span.ts";
import { memoryHost } from "../../../server/src/host/memory.ts";
import type { MemoryFiles } from "../../../server/src/host/memory-files.ts";
import { overlay } from "../../../server/src/host/overlay.ts";
import { noInputs } from "../../../server/src/intake/load.ts";
import { valueToJson } from "../../../server/src/intake/to-json.ts";
import { testGrammar } from "../../support/stack.ts";

type Files = Readonly<Record<string, string | Uint8Array>>;

/** A stack whose output is an expression, with files in and around its folder. */
async function stackOf(
  expression: string,
  files: Files = {},
  more: (files: MemoryFiles) => void = () => undefined,
): Promise<{ readonly files: MemoryFiles; readonly text: string; readonly analysis: Analysis }> {
  const text = `output "o" {\n  value = ${expression}\n}\n`;
  const host = memoryHost({ ...files, "/home/stack/main.cw": text });
  more(host.files);
  const analysis = await analyse(host.files, await testGrammar(), "/home/stack", noInputs);
  return { files: host.files, text, analysis };
}

async function resultOf(...given: Parameters<typeof stackOf>): Promise<unknown> {
  const { analysis } = await stackOf(...given);
  expect(analysis.diagnostics).toEqual([]);
  const value = analysis.ir.outputs[0]?.value;
  return value && valueToJson(value);
}

/** `message @marked text`. */
async function told(...given: Parameters<typeof stackOf>): Promise<string[]> {
  const { analysis, text } = await stackOf(...given);
  return analysis.diagnostics.map((d) => {
    const span = d.span && absolute(d.span);
    return `${d.code}: ${d.message}${span ? ` @${text.slice(span.start, span.end)}` : ""}`;
  });
}

describe("what is read", () => {
  test("a file whose path stands in a file, and so on", async () => {
    const files = { "/home/stack/a": "b", "/home/stack/b": "c", "/home/stack/c": "the end" };
    expect(await resultOf('file(file(file("a")))', files)).toBe("the end");
  });

  test("what is in the folder of a link that stays inside", async () => {
    const link = (files: MemoryFiles) => files.link("/home/stack/l", "sub");
    expect(await resultOf('file("l/a")', { "/home/stack/sub/a": "text" }, link)).toBe("text");
  });

  test("a document as the editor has it", async () => {
    const host = memoryHost({
      "/home/stack/main.cw": 'output "o" {\n  value = [file("a"), file("new")]\n}\n',
      "/home/stack/a": "on the disk",
    });
    const open = new Map([
      ["/home/stack/a", "in the editor"],
      ["/home/stack/new", "never saved"],
    ]);
    const files = overlay(host.files, open);
    const analysis = await analyse(files, await testGrammar(), "/home/stack", noInputs);
    const value = analysis.ir.outputs[0]?.value;
    expect(value && valueToJson(value)).toEqual(["in the editor", "never saved"]);
  });

  test("once: what was planned stays as it was", async () => {
    const { files, analysis } = await stackOf('file("a")', { "/home/stack/a": "then" });
    files.set("/home/stack/a", "now");
    const later = analysis.ir.outputs[0]?.evaluate(() => undefined).value;
    expect(later && valueToJson(later)).toBe("then");
  });
});

describe("what is refused", () => {
  const runtime = (path: string) =>
    `file(${path})\n}\nresource "task" "t" {\n  command = ["true"]\n}\nlocals {\n  a = 1`;

  test.each([
    ["a missing file", 'file("nothing")', 'file: "nothing" does not exist @"nothing"'],
    ["a folder", 'file("sub")', 'file: "sub" is a folder, not a file @"sub"'],
    [
      "a parent folder",
      'file("../secret")',
      'file: "../secret" is outside of the stack\'s folder @"../secret"',
    ],
    [
      "a way out and back",
      'file("sub/../../stack/a")',
      'file: "sub/../../stack/a" is outside of the stack\'s folder @"sub/../../stack/a"',
    ],
    [
      "an absolute path",
      'file("/home/stack/a")',
      'file: "/home/stack/a" is not relative to the stack\'s folder; only files inside it can be read @"/home/stack/a"',
    ],
    [
      "a home folder",
      'file("~/a")',
      'file: "~/a" is not relative to the stack\'s folder; only files inside it can be read @"~/a"',
    ],
    ["a folder elsewhere", 'fileset("..", "*")', 'fileset: ".." is outside of the stack\'s folder @".."'],
    [
      "a link to a file elsewhere",
      'file("out")',
      'file: "out" leads out of the stack\'s folder through a link @"out"',
    ],
    [
      "a file behind a link to elsewhere",
      'filesha256("away/secret")',
      'filesha256: "away/secret" leads out of the stack\'s folder through a link @"away/secret"',
    ],
    [
      "a link to elsewhere among the files of a folder",
      'fileset(".", "o*")',
      'fileset: "out" is a link that leads out of the stack\'s folder @"."',
    ],
    [
      "the state",
      'file(".clockwork/state.json")',
      'file: ".clockwork/state.json" is in Clockwork\'s own folder, which changes with every run @".clockwork/state.json"',
    ],
    [
      "the state behind a link",
      'file("state")',
      'file: "state" leads into Clockwork\'s own folder, which changes with every run @"state"',
    ],
    ["a pipe", 'file("pipe")', 'file: "pipe" is no plain file @"pipe"'],
    ["a link to itself", 'file("self")', 'file: "self" does not exist @"self"'],
    ["too much", 'filemd5("huge")', 'filemd5: "huge" is larger than 32 MiB @"huge"'],
    [
      "too much text",
      'file("large")',
      'file: the file is too large for a string of at most 8 million characters @"large"',
    ],
    [
      "bytes that are no text",
      'file("bin")',
      'file: "bin" is not text in UTF-8; filebase64 reads any file, filesha256 and the like hash it @"bin"',
    ],
    [
      "a sensitive path's name",
      'file(sensitive("x"))',
      'file: the arguments do not fit; they are sensitive @sensitive("x")',
    ],
    [
      "a path that a step makes",
      runtime("task.t.stdout"),
      "file: files are read while planning, and this is known only when a step has run @task.t.stdout",
    ],
    ["a pattern that is none", 'fileset(".", "[a")', 'fileset: the pattern is not well formed @"[a"'],
  ])("%s", async (_, expression, expected) => {
    const files = {
      "/home/secret": "s",
      "/home/stack/a": "a",
      "/home/stack/sub/b": "b",
      "/home/stack/.clockwork/state.json": "{}",
      "/home/stack/bin": new Uint8Array([0xff]),
      "/home/stack/huge": new Uint8Array(33 * 1024 * 1024),
      "/home/stack/large": new Uint8Array(8_000_001).fill(97),
    };
    const more = (memory: MemoryFiles) => {
      memory.link("/home/stack/out", "../secret");
      memory.link("/home/stack/away", "/home");
      memory.link("/home/stack/state", ".clockwork/state.json");
      memory.link("/home/stack/self", "self");
      memory.special("/home/stack/pipe");
    };
    expect(await told(expression, files, more)).toEqual([`wrong-arguments: ${expected}`]);
  });

  test("a chain of files without an end", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`/home/stack/${i}`, String(i + 1)] as const),
    );
    const nested = `${"file(".repeat(40)}"0"${")".repeat(40)}`;
    const [first, ...more] = await told(nested, files);
    expect(first).toMatch(/^wrong-arguments: file: "32" takes too many files to find/);
    expect(more).toEqual([]);
  });

  test("a folder with too many files", async () => {
    const many = Object.fromEntries(Array.from({ length: 20_001 }, (_, i) => [`/home/stack/d/${i}`, ""]));
    const [first] = await told('fileset("d", "1")', many);
    expect(first).toContain('"d" has more than 20000 files and folders in it');
  });
});

describe("what is wrong in a template", () => {
  /** `file:LINE: message | hint @marked text`. */
  async function toldIn(template: string, expression = 'templatefile("t.tpl", { name = "x" })') {
    const { analysis } = await stackOf(expression, { "/home/stack/t.tpl": template });
    const texts = new Map(analysis.files.map((f) => [f.file, f.text]));
    return analysis.diagnostics.map((d) => {
      const { file, start, end } = absolute(d.span ?? { origin: { file: "", start: 0 }, start: 0, end: 0 });
      const text = texts.get(file) ?? "";
      const line = text.slice(0, start).split("\n").length;
      return `${file}:${line}: ${d.message}${d.hint === undefined ? "" : ` | ${d.hint}`} @${text.slice(start, end)}`;
    });
  }

  test.each([
    [
      "a name that is nearly right",
      "\n${nane}",
      't.tpl:2: The template is given no "nane" | Did you mean "name"? @nane',
    ],
    [
      "a reference to the stack",
      "${var.x}",
      't.tpl:1: The template is given no "var" | A template sees only the variables of its call: add it to the second argument. @var',
    ],
    ["an operand", "a\nb ${1 + name}", 't.tpl:2: Operand of +: a number is required, "x" is none @name'],
    ["a syntax error", "a\n${1 + }", expect.stringMatching(/^t\.tpl:2: /)],
    ["an open sequence", "a\nb ${ name", expect.stringMatching(/^t\.tpl:2: /)],
    ["an open directive", "a\n%{ if true }", expect.stringMatching(/^t\.tpl:2: /)],
    [
      "a template in a template",
      '${templatefile("t.tpl", {})}',
      't.tpl:1: Function "templatefile" cannot be called: a template cannot render another one | Render the other one where this one is called, and hand the result over as a variable. @templatefile',
    ],
  ])("%s", async (_, template, expected) => {
    expect(await toldIn(template)).toEqual([expected]);
  });

  test("no sensitive value is shown", async () => {
    const expression = 'templatefile("t.tpl", { name = sensitive("s3cret") })';
    const [first] = await toldIn("${1 + name}", expression);
    expect(first).toMatch(/^t\.tpl:1: /);
    expect(first).not.toContain("s3cret");
  });

  test("in a string it is told of the call", async () => {
    const expression = 'templatestring(local.t, {})\n}\nlocals {\n  t = "a\\n$${nope}"';
    expect(await told(expression)).toEqual([
      'wrong-arguments: templatestring: in the template, line 2: The template is given no "nope" @local.t',
    ]);
  });
});

describe("what is passed over", () => {
  test("links to nothing, circles of links, and what changes with every run or commit", async () => {
    const files = {
      "/home/stack/a": "",
      "/home/stack/sub/b": "",
      "/home/stack/.git/HEAD": "",
      "/home/stack/.clockwork/state.json": "{}",
    };
    const more = (memory: MemoryFiles) => {
      memory.link("/home/stack/broken", "nothing");
      memory.link("/home/stack/sub/up", "..");
    };
    expect(await resultOf('fileset(".", "**")', files, more)).toEqual(["a", "main.cw", "sub/b"]);
  });

  test("a file that try can do without", async () => {
    expect(await resultOf('try(file("nothing"), "none")')).toBe("none");
  });
});

test("a pattern with many stars takes no longer than its text", async () => {
  const name = "a".repeat(250);
  const started = performance.now();
  expect(await resultOf(`fileset(".", "${"*a".repeat(100)}*b")`, { [`/home/stack/${name}`]: "" })).toEqual(
    [],
  );
  expect(performance.now() - started).toBeLessThan(2000);
});
