import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { type CommandInfo, completionScript } from "../../server/src/cli/completion.ts";

const commands: readonly CommandInfo[] = [
  {
    name: "plan",
    description: "Shows what apply would do: it's only a look",
    flags: [
      { long: "--out", takes: "FILE", description: "Writes the plan to a file" },
      { long: "--refresh", description: "Looks at what is really there" },
      { long: "--target", takes: "ADDR", description: "Only this resource" },
    ],
  },
  {
    name: "graph",
    description: "What needs what",
    flags: [
      { long: "--format", takes: "FORMAT", description: "Of the text", values: ["dot", "mermaid", "json"] },
    ],
  },
  { name: "state list", description: "Addresses in the state", flags: [] },
  { name: "state show", description: "One resource", flags: [{ long: "--json", description: "As JSON" }] },
  { name: "completion", description: "This", flags: [], operands: ["bash", "zsh", "fish"] },
];

/** What bash offers when the tab key is pressed behind these words. */
function offered(...words: string[]): string[] {
  const script = `${completionScript("bash", commands)}
COMP_WORDS=(clockwork "$@"); COMP_CWORD=$#; _clockwork; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const text = execFileSync("bash", ["-c", script, "bash", ...words], { encoding: "utf8" });
  return text.split("\n").filter((line) => line !== "");
}

describe("bash", () => {
  test("offers commands, then their nested ones", () => {
    expect(offered("")).toEqual(["plan", "graph", "state", "completion"]);
    expect(offered("p")).toEqual(["plan"]);
    expect(offered("state", "")).toEqual(["list", "show"]);
    expect(offered("completion", "")).toEqual(["bash", "zsh", "fish"]);
  });

  test("offers the flags of the command, also behind other flags", () => {
    expect(offered("plan", "-")).toEqual(["--out", "--refresh", "--target"]);
    expect(offered("plan", "--refresh", "--o")).toEqual(["--out"]);
    expect(offered("state", "show", "--")).toEqual(["--json"]);
    expect(offered("--")).toEqual([]);
  });

  test("offers a flag's values, and leaves paths to the shell", () => {
    expect(offered("graph", "--format", "")).toEqual(["dot", "mermaid", "json"]);
    expect(offered("plan", "--out", "")).toEqual([]);
    expect(offered("plan", "")).toEqual([]);
  });
});

describe.each(["zsh", "fish"] as const)("%s", (shell) => {
  test("names every command, flag and value", () => {
    expect(completionScript(shell, commands)).toMatchSnapshot();
  });
});

const installed = (shell: string) => spawnSync(shell, ["-c", "true"]).status === 0;

test.skipIf(!installed("zsh"))("zsh can read its script", () => {
  const { status, stderr } = spawnSync("zsh", ["-n", "-c", completionScript("zsh", commands)], {
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

test.skipIf(!installed("fish"))("fish offers commands, flags and values", () => {
  const offers = (line: string) => {
    const script = `${completionScript("fish", commands)}\ncomplete -C '${line}'`;
    const { stdout, stderr } = spawnSync("fish", ["--no-config", "-c", script], { encoding: "utf8" });
    expect(stderr).toBe("");
    return stdout.split("\n").flatMap((l) => (l === "" ? [] : [l.split("\t")[0]]));
  };
  expect(offers("clockwork s")).toEqual(["state"]);
  expect(offers("clockwork state ")).toEqual(["list", "show"]);
  expect(offers("clockwork plan --refresh --o")).toEqual(["--out"]);
  expect(offers("clockwork graph --format ").sort()).toEqual(["dot", "json", "mermaid"]);
});
