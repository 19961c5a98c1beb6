import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { actionList } from "../../../server/src/assembly/actions.ts";
import { compileBuiltin } from "../../../server/src/forge/builtin/compile.ts";
import { checkBundle } from "../../../server/src/forge/check.ts";
import { builtinKinds } from "../../../server/src/intake/schema/known-kinds.ts";
import { facts } from "./run.ts";

const cases = join(import.meta.dirname, "../../cases/builtin");
const names = readdirSync(cases).sort();
const actionsOf = (name: string) =>
  actionList.parse(JSON.parse(readFileSync(join(cases, name, "actions.json"), "utf8")));

describe.each(names)("%s", (name) => {
  const actions = actionsOf(name);
  const { value, diagnostics } = compileBuiltin(actions.steps, facts);

  test("the scripts are the recorded ones", async () => {
    expect(diagnostics).toEqual([]);
    for (const { path, content } of value.artifacts) {
      await expect(content).toMatchFileSnapshot(join(cases, name, basename(path)));
    }
    expect(value.vars).toEqual({});
    expect(value.steps.map((s) => s.run.cmd)).toEqual(value.artifacts.map((a) => [a.lang, a.path]));
    const made = new Set(value.artifacts.map((a) => basename(a.path)));
    expect(made.size).toBe(actions.steps.length);
    expect(
      readdirSync(join(cases, name)).filter((file) => file !== "actions.json" && !made.has(file)),
    ).toEqual([]);
  });

  test("the check lets the bundle pass", () => {
    expect(checkBundle(value, actions).diagnostics).toEqual([]);
  });

  test("each script is well-formed and laid out for reading", () => {
    const folder = mkdtempSync(join(tmpdir(), "clockwork-scripts-"));
    for (const { path, lang, content } of value.artifacts) {
      const file = join(folder, basename(path));
      writeFileSync(file, content);
      execFileSync(...(lang === "bash" ? bashCheck(file) : nodeCheck(file)));
      expect(content, path).not.toMatch(/[ \t]\n|\n\n\n|\n\n$/);
    }
  });
});

test("every step of the kinds table has a case", () => {
  const covered = new Set(names.flatMap((name) => actionsOf(name).steps.map((s) => s.name)));
  expect([...covered].sort()).toEqual([...builtinKinds.steps.keys()].sort());
});

test("the order of the actions changes no byte of an artifact", () => {
  const all = names.flatMap((name) => actionsOf(name).steps);
  const there = compileBuiltin(all, facts).value.artifacts;
  const back = compileBuiltin([...all].reverse(), facts).value.artifacts;
  expect([...back].reverse()).toEqual(there);
});

function bashCheck(file: string): [string, string[]] {
  return ["bash", ["-n", file]];
}

function nodeCheck(file: string): [string, string[]] {
  return [process.execPath, ["--check", file]];
}
