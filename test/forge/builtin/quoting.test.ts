import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bashWord } from "../../../server/src/forge/builtin/bash-source.ts";
import { compileBuiltin } from "../../../server/src/forge/builtin/compile.ts";
import { nodeString, nodeValue } from "../../../server/src/forge/builtin/node-source.ts";
import { remoteImport } from "../../../server/src/forge/check/remote.ts";
import { unreviewableIn } from "../../../server/src/forge/check/text.ts";
import { pieces } from "../../../server/src/intake/runtime-text.ts";
import { runs } from "../../support/runs.ts";
import { facts } from "./run.ts";

/** Texts that break careless quoting. */
const nasty = [
  "",
  " ",
  "'",
  "''",
  '"',
  "\\",
  "\\'",
  "$HOME",
  "$(id)",
  "`id`",
  "${IFS}",
  "!!",
  "a\nb",
  "\n",
  "\ttab\t",
  "a\r\nb",
  "-n",
  "~",
  "*",
  "[a-z]",
  "{a,b}",
  "é ü 日本語 👩‍👩‍👧 ❤️",
  "\u001b[31mred",
  "\u202eright to left",
  "\u007f\u0080\u2028",
  "x\u200b'1\\f\u0007f",
  "#no comment",
  "END_OF_SCRIPT",
];
const text = fc.oneof(
  fc.constantFrom(...nasty),
  fc.string({ unit: "binary" }),
  fc.array(fc.constantFrom(...nasty, "a", "0"), { maxLength: 5 }).map((parts) => parts.join("")),
);
const usable = text.filter((t) => !t.includes("\0"));

/** What bash makes of words: one process for many. */
function bashReads(words: readonly string[], env: Readonly<Record<string, string>> = {}): string[] {
  const script = `set -euo pipefail\n${words.map((w) => `printf '%s\\0' ${w}\n`).join("")}`;
  const read = (locale: string): string =>
    execFileSync("bash", ["--norc", "--noprofile", "-s"], {
      input: script,
      env: { PATH: "/usr/bin:/bin", LC_ALL: locale, ...env },
      encoding: "utf8",
    });
  const printed = read("C.UTF-8");
  expect(read("C")).toBe(printed);
  return printed.split("\0").slice(0, -1);
}

test("bash reads every text as it was", () => {
  expect(bashReads(nasty.map((t) => bashWord([t].filter((p) => p !== ""))))).toEqual(nasty);
  fc.assert(
    fc.property(fc.array(usable, { minLength: 1, maxLength: 50 }), (texts) => {
      const words = texts.map((t) => bashWord(t === "" ? [] : [t]));
      expect(words.map((w) => unreviewableIn(w))).toEqual(words.map(() => undefined));
      expect(bashReads(words)).toEqual(texts);
    }),
    { numRuns: runs(30) },
  );
});

test("bash puts run-time values in without looking into them", () => {
  fc.assert(
    fc.property(usable, usable, usable, (before, value, after) => {
      const escaped = (t: string): string => t.replaceAll("${", () => "$${");
      const source = `${escaped(before)}\${NAME}${escaped(after)}`;
      // A dollar sign right before a value would read as an escape in the action's own notation.
      fc.pre(!before.endsWith("$"));
      expect(bashReads([bashWord(pieces(source))], { NAME: value })).toEqual([`${before}${value}${after}`]);
    }),
    { numRuns: runs(60) },
  );
});

const read = (name: string) => `env("${name}")`;

test("node reads every text as it was, and no source holds a hidden character", () => {
  fc.assert(
    fc.property(usable, (t) => {
      const source = nodeString(t === "" ? [] : [t], read);
      expect(unreviewableIn(source)).toBeUndefined();
      expect(evaluate(source)).toBe(t);
    }),
  );
});

test("node reads every value as it was, prototypes included", () => {
  const value = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.constant(null),
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
      usable,
      fc.array(tie("any"), { maxLength: 4 }),
      fc.dictionary(fc.oneof(usable, fc.constantFrom("__proto__", "constructor", "a-b")), tie("any"), {
        maxKeys: 4,
      }),
    ),
  })).any;
  fc.assert(
    fc.property(value, (v) => {
      const escaped = JSON.parse(JSON.stringify(v), (_key, item: unknown) =>
        typeof item === "string" ? item.replaceAll("${", () => "$${") : item,
      );
      expect(JSON.stringify(evaluate(nodeValue(escaped, read)))).toBe(JSON.stringify(v));
    }),
  );
});

test("texts about imports stay texts", () => {
  for (const t of [
    'import x from "https://esm.sh/x";',
    "import x from 'https://esm.sh/x';\nconsole.log(x);\n// end\n",
    'const y = await import("npm:left-pad");',
    "npm: install\njsr: none\nother: 1\n",
    "`jsr:@std/path`",
    'new Worker("data:text/javascript,1")',
  ]) {
    const source = `const CONTENT = ${nodeString(pieces(t), read)};`;
    expect(remoteImport(source), source).toBeUndefined();
    expect(evaluate(nodeString(pieces(t), read))).toBe(t);
  }
});

test("a NUL and half a surrogate pair are refused", () => {
  for (const bad of ["a\0b", "\ud800", "x\udc00y"]) {
    const { value, diagnostics } = compileBuiltin(
      [{ name: "run_task", id: "run_task.t", args: { command: ["echo", bad] } }],
      facts,
    );
    expect(value.artifacts).toEqual([]);
    expect(diagnostics.map((d) => d.code)).toEqual(["invalid-value"]);
  }
});

test.each([
  ['<a href="${WEB_URL}">\n`${WEB_URL}`\n\\', true],
  ['<a href="\n$${env(\n`env(', false],
])(
  "a script has the function that reads run-time values only where it is called: %j",
  (content, isCalled) => {
    const { value } = compileBuiltin(
      [{ name: "ensure_file", id: "ensure_file.f", args: { path: "f", content }, uses: ["WEB_URL"] }],
      facts,
    );
    expect(value.artifacts[0]?.content.includes("function env(name)")).toBe(isCalled);
  },
);

function evaluate(source: string): unknown {
  return new Function("env", `"use strict"; return (${source});`)((name: string) => `<${name}>`);
}
