import { describe, expect, test } from "vitest";
import { checkBundle, checkReply } from "../../../server/src/forge/check.ts";
import { bash, refuse } from "./refuse.ts";
import { artifact, corpusActions, extra, goodBundle, type Loose, script, step } from "./samples.ts";

describe("shape", () => {
  refuse("B-SHAPE", [
    [
      "version 2",
      (b) => {
        b.version = "2";
      },
    ],
    [
      "a number as version",
      (b) => {
        b.version = 1;
      },
    ],
    [
      "no version",
      (b) => {
        delete b.version;
      },
    ],
    [
      "a field of its own",
      (b) => {
        b["hooks"] = {};
      },
    ],
    [
      "artifacts no list",
      (b) => {
        b.artifacts = {} as never;
      },
    ],
    [
      "no steps",
      (b) => {
        delete (b as Partial<Loose>).steps;
      },
    ],
    [
      "no vars",
      (b) => {
        delete (b as Partial<Loose>).vars;
      },
    ],
    [
      "vars a list",
      (b) => {
        b.vars = [] as never;
      },
    ],
    ["a symlink", artifact(0, { type: "symlink", target: "/etc" })],
    ["content no text", artifact(0, { content: 1 })],
    ["no mode", (b) => delete b.artifacts[0]?.["mode"]],
    ["no cmd", (b) => delete b.steps[0]?.run["cmd"]],
    ["content missing", (b) => delete b.artifacts[0]?.["content"]],
    ["path no text", artifact(0, { path: null })],
    ["purpose a list", artifact(0, { purpose: ["fetch_repo"] })],
    ["an owner", artifact(0, { owner: "root" })],
    ["an unknown lang", artifact(0, { lang: "perl" })],
    ["lang python3", artifact(1, { lang: "python3" })],
    ["lang constructor", artifact(0, { lang: "constructor" })],
    ["lang of data that is no name", extra(script("files/x", "fetch_repo", "a b", ""))],
    ["cwd", (b) => Object.assign(b.steps[0]?.run ?? {}, { cwd: "/" })],
    ["env", (b) => Object.assign(b.steps[0]?.run ?? {}, { env: { LD_PRELOAD: "x" } })],
    ["shell", (b) => Object.assign(b.steps[0]?.run ?? {}, { shell: true })],
    ["a step's timeout", (b) => Object.assign(b.steps[0] ?? {}, { timeout: 1 })],
    [
      "knobs",
      (b) => {
        b["knobs"] = {};
      },
    ],
    ["__proto__", (b) => Object.defineProperty(b, "__proto__", { value: {}, enumerable: true })],
    [
      "a date",
      (b) => {
        b.vars = new Date() as never;
      },
    ],
  ]);
  refuse("B-SIZE", [
    ["a file of more than 1 MB", bash(`# ${"x".repeat(1024 * 1024)}\n`)],
    ["a file of more than 1 MB in bytes", bash(`# ${"é".repeat(600_000)}\n`)],
    [
      "more than 4 MB",
      (b) => {
        for (let i = 0; i < 5; i++)
          b.artifacts.push(script(`files/${i}`, "fetch_repo", "text", "x".repeat(1_000_000)));
      },
    ],
    [
      "10,000 artifacts",
      (b) => {
        for (let i = 0; i < 10_000; i++) b.artifacts.push(script(`files/${i}`, "fetch_repo", "text", ""));
      },
    ],
    [
      "10,000 steps",
      (b) => {
        for (let i = 0; i < 10_000; i++)
          b.steps.unshift(step("fetch_repo", "bash", "scripts/01_fetch_repo.sh", String(i)));
      },
    ],
  ]);
  test.each([undefined, null, 1, "", "text", [], {}, [[]], () => 1, Symbol("x"), new Map(), 10n])(
    "B-SHAPE: %s is no bundle",
    (reply) => {
      expect(checkBundle(reply, corpusActions).diagnostics.map((d) => d.code)).toContain("B-SHAPE");
    },
  );

  const good = JSON.stringify(goodBundle());
  test.each([
    ["", "B-JSON"],
    ["{", "B-JSON"],
    [good.slice(0, -1), "B-JSON"],
    [`${good}${good}`, "B-JSON"],
    [`${good} // done`, "B-JSON"],
    [`Here it is: ${good}`, "B-JSON"],
    [`\ufeff${good}`, "B-JSON"],
    [`\`\`\`json\n${good}\n\`\`\``, "B-JSON"],
    [good.replaceAll('"', "'"), "B-JSON"],
    [good.replace("{", "{,"), "B-JSON"],
    [good.replace(/}$/, ",}"), "B-JSON"],
    [`${"[".repeat(100_000)}${"]".repeat(100_000)}`, "B-JSON"],
    [`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`, "B-JSON"],
    [good.replace('"version":"1"', '"version":"1","version":"1"'), "B-JSON"],
    [good.replace('"version"', '"\\u0076ersion":"1","version"'), "B-JSON"],
    [good.replace('"8080"', "NaN").replace(":8080", ":NaN"), "B-JSON"],
    [good.replace(":8080", ":01"), "B-JSON"],
    [good.replace(":8080", ":1e999"), "B-JSON"],
    [good.replace(":8080", ":+1"), "B-JSON"],
    [good.replace("echo fetch", "echo\tfetch"), "B-JSON"],
    [good.replace('"vars"', '"__proto__":{},"vars"'), "B-SHAPE"],
    [good.replace('"vars"', '"\\u005f_proto__":{},"vars"'), "B-SHAPE"],
    [" ".repeat(9 * 1024 * 1024), "B-SIZE"],
    [`"${"é".repeat(5 * 1024 * 1024)}"`, "B-SIZE"],
  ] as const)("a reply %#: %2$s", (reply, code) => {
    const { value, diagnostics } = checkReply(reply, corpusActions);
    expect(value).toBeUndefined();
    expect(diagnostics.map((d) => d.code)).toEqual([code]);
  });
});
