import { describe, expect, test } from "vitest";
import { type Diagnostic, diagnostic } from "../../server/src/diagnostics/diagnostic.ts";
import { renderDiagnostics, toRecord, toRecords } from "../../server/src/diagnostics/render.ts";
import type { Span } from "../../server/src/diagnostics/span.ts";

const text = `variable "image" {
  default = "nginx"
}

service "web" {
  image = var.imge
  ports = [
    { external = 80 },
    { external = 81 },
    { external = 82 },
    { external = 83 },
    { external = 84 },
  ]
}
`;

/** The span of the n-th place where `part` stands. */
function at(part: string, nth = 0, source = text, file = "main.cw"): Span {
  let start = source.indexOf(part);
  for (let i = 0; i < nth; i++) start = source.indexOf(part, start + 1);
  if (start < 0) throw new Error(`no ${part}`);
  return { origin: { file, start: 0 }, start, end: start + part.length };
}

function show(diagnostics: readonly Diagnostic[], sources: Record<string, string> = { "main.cw": text }) {
  return `\n${renderDiagnostics(diagnostics, (file) => sources[file], { color: false, width: 80 })}`;
}

describe("a diagnostic in its source", () => {
  test("has carets, help and fix", () => {
    const d = diagnostic("unknown-variable", 'Cannot resolve variable "imge": no variable of that name', {
      span: at("var.imge"),
      hint: 'Did you mean "image"?',
      fix: { title: "Write var.image", edits: [] },
    });
    expect(show([d])).toMatchInlineSnapshot(`
      "
      error[unknown-variable]: Cannot resolve variable "imge": no variable of that name
       --> main.cw:6:11
        |
      6 |   image = var.imge
        |           ^^^^^^^^
        |
        = help: Did you mean "image"?
        = fix: Write var.image

      1 error
      "
    `);
  });

  test("shows related places of its file in the same picture, others below", () => {
    const d = diagnostic("duplicate-name", 'Two things are named "web"', {
      span: at('service "web"'),
      related: [
        { span: at('variable "image"'), message: "first here" },
        { span: at("web", 0, "# web\n", "other.cw"), message: "and here" },
        { span: at("gone", 0, "gone", "gone.cw"), message: "and here" },
      ],
    });
    expect(show([d], { "main.cw": text, "other.cw": "# web\n" })).toMatchInlineSnapshot(`
      "
      error[duplicate-name]: Two things are named "web"
       --> main.cw:5:1
        |
      1 | variable "image" {
        | ---------------- first here
      ...
      5 | service "web" {
        | ^^^^^^^^^^^^^
       ::: other.cw:1:3
        |
      1 | # web
        |   --- and here
       ::: gone.cw: and here

      1 error
      "
    `);
  });

  test("several marks on one line hang below each other", () => {
    const d = diagnostic("cycle", "These depend on each other in a circle", {
      span: at("var.imge"),
      related: [
        { span: at("image", 1), message: "this attribute" },
        { span: at("imge"), message: "that name" },
      ],
    });
    expect(show([d])).toMatchInlineSnapshot(`
      "
      error[cycle]: These depend on each other in a circle
       --> main.cw:6:11
        |
      6 |   image = var.imge
        |   -----   ^^^^^^^^
        |   |           |
        |   |           that name
        |   this attribute

      1 error
      "
    `);
  });

  test("a range over lines has a bracket", () => {
    const whole = text.slice(text.indexOf("service"), text.indexOf("  ports"));
    const list = text.slice(text.indexOf("[\n"), text.indexOf("  ]\n") + 3);
    expect(
      show([
        diagnostic("unclosed-block", "This block is not closed", { span: at(whole) }),
        diagnostic("wrong-type", "This is a list", { span: at(list) }),
      ]),
    ).toMatchInlineSnapshot(`
      "
      error[unclosed-block]: This block is not closed
       --> main.cw:5:1
        |
      5 | / service "web" {
      6 | |   image = var.imge
        | |__________________^

      error[wrong-type]: This is a list
        --> main.cw:7:11
         |
       7 |     ports = [
         |  ___________^
       8 | |     { external = 80 },
       9 | |     { external = 81 },
      ...  |
      13 | |   ]
         | |___^

      2 errors
      "
    `);
  });

  test("blank space around a range is left out", () => {
    const span = at(text.slice(text.indexOf("\n\nservice"), text.indexOf("\n  ports")));
    const shown = show([diagnostic("syntax-error", "Not valid", { span })]);
    expect(shown).toContain(`
 --> main.cw:5:1
  |
5 | / service "web" {
6 | |   image = var.imge
  | |__________________^
`);
  });

  test("an empty range has one caret, also at the end of the file", () => {
    const end = text.length;
    const origin = { file: "main.cw", start: 4 };
    expect(
      show([
        diagnostic("syntax-error", "Something is missing", {
          span: { origin, start: end - 4, end: end - 4 },
        }),
        diagnostic("syntax-error", "Nothing before", { span: { origin, start: -4, end: -4 } }),
      ]),
    ).toMatchInlineSnapshot(`
      "
      error[syntax-error]: Nothing before
       --> main.cw:1:1
        |
      1 | variable "image" {
        | ^

      error[syntax-error]: Something is missing
        --> main.cw:15:1
         |
      14 | }
      15 |
         | ^

      2 errors
      "
    `);
  });

  test("tabs, wide and combining characters keep the carets in place", () => {
    const source = 'a =\t"日本" + e\u0301 + 👩‍👩‍👧 + here\n';
    const d = diagnostic("syntax-error", "Look", { span: at("here", 0, source) });
    const wide = diagnostic("syntax-error", "Wide", { span: at("本", 0, source) });
    expect(show([d, wide], { "main.cw": source })).toMatchInlineSnapshot(`
      "
      error[syntax-error]: Wide
       --> main.cw:1:7
        |
      1 | a = "日本" + é + 👩‍👩‍👧 + here
        |        ^^

      error[syntax-error]: Look
       --> main.cw:1:28
        |
      1 | a = "日本" + é + 👩‍👩‍👧 + here
        |                       ^^^^

      2 errors
      "
    `);
  });

  test("control characters of the source are shown, not sent", () => {
    const source = 'a = "\x1b[31m\u202e\x07" + here\r\nb = \ud800\n';
    const shown = show(
      [
        diagnostic("syntax-error", "A \x1b[2J in a name\nand a second line", {
          span: at("here", 0, source),
          hint: "Not \x9b\u2066 either\nsecond",
        }),
        diagnostic("syntax-error", "Half a pair", { span: at("\ud800", 0, source) }),
      ],
      { "main.cw": source },
    );
    expect(shown).toMatchInlineSnapshot(`
      "
      error[syntax-error]: A \\x1b[2J in a name
          and a second line
       --> main.cw:1:17
        |
      1 | a = "\\x1b[31m\\u{202e}\\x07" + here
        |                              ^^^^
        |
        = help: Not \\x9b\\u{2066} either
                second

      error[syntax-error]: Half a pair
       --> main.cw:2:5
        |
      2 | b = \\u{d800}
        |     ^^^^^^^^

      2 errors
      "
    `);
    expect([...shown].filter((c) => c < " " && c !== "\n")).toEqual([]);
  });

  test("a long line is clipped around what is marked", () => {
    const source = `start = "${"x".repeat(300)}" + here + "${"y".repeat(300)}"\n`;
    const lines = show(
      [
        diagnostic("syntax-error", "Middle", { span: at("here", 0, source) }),
        diagnostic("syntax-error", "Front", { span: at("start", 0, source) }),
        diagnostic("syntax-error", "Long", { span: at("x".repeat(300), 0, source) }),
        diagnostic("syntax-error", "End", { span: at('y"', 0, source) }),
      ],
      { "main.cw": source },
    );
    expect(lines).toMatchInlineSnapshot(`
      "
      error[syntax-error]: Front
       --> main.cw:1:1
        |
      1 | start = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
        | ^^^^^

      error[syntax-error]: Long
       --> main.cw:1:10
        |
      1 | start = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
        |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

      error[syntax-error]: Middle
       --> main.cw:1:314
        |
      1 | ...xxxxxxxxxxxxxxxxxxx" + here + "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy...
        |                           ^^^^

      error[syntax-error]: End
       --> main.cw:1:621
        |
      1 | ...yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
        |                                                                        ^^

      4 errors
      "
    `);
    expect(Math.max(...lines.split("\n").map((l) => l.length))).toBeLessThanOrEqual(80);
  });

  test("without a text only the file is named, without a span only the message", () => {
    expect(
      show(
        [
          diagnostic("no-files", "There is no .cw file here", { hint: "Run clockwork init." }),
          diagnostic("syntax-error", "Broken", { span: at("web") }),
        ],
        {},
      ),
    ).toMatchInlineSnapshot(`
      "
      error[syntax-error]: Broken
       --> main.cw

      error[no-files]: There is no .cw file here
        = help: Run clockwork init.

      2 errors
      "
    `);
  });
});

describe("a list of diagnostics", () => {
  test("is sorted, without doubles, and counted", () => {
    const late = diagnostic("wrong-type", "Late", { span: at("81") });
    const early = diagnostic("deprecated-form", "Early", { span: at("default") });
    const other = diagnostic("wrong-type", "Other file", { span: at("a", 0, "a", "a.cw") });
    const none = diagnostic("no-files", "No place");
    const out = show([none, late, early, other, { ...late }]);
    expect(out.match(/(?<=: ).*/g)).toEqual(["Other file", "Early", "Late", "No place"]);
    expect(out).toContain("\n3 errors, 1 warning\n");
  });

  test("none is nothing", () => {
    expect(renderDiagnostics([], () => "", { color: true })).toBe("");
  });

  test("has colours only when asked", () => {
    const d = diagnostic("wrong-type", "Late", { span: at("81"), hint: "Do" });
    const colored = renderDiagnostics([d], () => text, { color: true });
    expect(colored).toContain("\x1b[1;31merror[wrong-type]\x1b[0m");
    const plain = renderDiagnostics([d], () => text, { color: false });
    expect(colored.replace(/\x1b\[[0-9;]*m/g, "")).toBe(plain);
  });

  test("of 2,000 in one file is printed in one pass over the file", () => {
    let asked = 0;
    const many = Array.from({ length: 2000 }, (_, i) =>
      diagnostic("wrong-type", `No ${i}`, { span: at("81") }),
    );
    renderDiagnostics(
      many,
      () => {
        asked++;
        return text;
      },
      { color: false },
    );
    expect(asked).toBe(1);
  });
});

describe("records", () => {
  test("count lines and columns from 1", () => {
    const d = diagnostic("unknown-variable", "No", { span: at("var.imge"), hint: "Do" });
    const expected = {
      code: "unknown-variable",
      severity: "error",
      message: "No",
      hint: "Do",
      file: "main.cw",
      range: { start: { line: 6, column: 11 }, end: { line: 6, column: 19 } },
    };
    expect(toRecord(d, text)).toEqual(expected);
    expect(toRecords([d], () => text)).toEqual([expected]);
  });

  test("have no range without a text, and no file without a span", () => {
    expect(toRecord(diagnostic("wrong-type", "No", { span: at("81") }), undefined)).toEqual({
      code: "wrong-type",
      severity: "error",
      message: "No",
      file: "main.cw",
    });
    expect(toRecord(diagnostic("no-files", "No"), undefined)).toEqual({
      code: "no-files",
      severity: "error",
      message: "No",
    });
  });
});

test("a character of many parts is one", () => {
  const span = { origin: { file: "main.cw", start: 0 }, start: 0, end: 1 };
  const zalgo = `a${"\u0301".repeat(200_000)}`;
  const shown = renderDiagnostics([diagnostic("syntax-error", "x", { span })], () => zalgo, { color: false });
  expect(shown.match(/\^/g)).toHaveLength(1);
});

test("a thousand problems on one long line are drawn quickly", () => {
  const text = "x ".repeat(5000);
  const origin = { file: "main.cw", start: 0 };
  const many = Array.from({ length: 1000 }, (_, i) =>
    diagnostic("unknown-reference", "There is no x", { span: { origin, start: i * 10, end: i * 10 + 1 } }),
  );
  const started = performance.now();
  const shown = renderDiagnostics(many, () => text, { color: false });
  expect(shown.match(/\^/g)).toHaveLength(1000);
  expect(performance.now() - started).toBeLessThan(2000);
});
