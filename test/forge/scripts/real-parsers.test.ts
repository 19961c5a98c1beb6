import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";
import { describe, expect, test } from "vitest";
import type { Script } from "../../../server/src/forge/check/scripts.ts";
import { look } from "./look.ts";

/*
 * The rule of C-SYNTAX against the languages' own parsers, on the scripts that the machine has: what those take must never be
 * refused. What is not installed is not compared.
 */

/** So many of those that fit, spread over the folder. */
function scripts(folder: string, fits: (path: string, text: string) => boolean, most: number): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
  const texts = files.map((path) => ({ path, text: () => readFileSync(path, "utf8") }));
  const found = texts.flatMap(({ path, text }) => {
    const content = /\.(?:py|go|c?js|mjs)$|\/[\w.-]+$/.test(path) ? text() : "";
    return content !== "" && content.length < 100_000 && fits(path, content) ? [content] : [];
  });
  const stride = Math.max(1, Math.floor(found.length / most));
  return found.filter((_, index) => index % stride === 0).slice(0, most);
}

const says = (command: string, ...args: string[]): string =>
  spawnSync(command, args, { encoding: "utf8" }).stdout?.trim() ?? "";

const accepts =
  (command: string, ...args: string[]) =>
  (text: string): boolean =>
    spawnSync(command, args, { input: text, encoding: "utf8", maxBuffer: 1e8 }).status === 0;

interface Sample {
  readonly lang: Script["lang"];
  readonly path: string;
  readonly texts: () => string[];
  readonly accepts: (text: string) => boolean;
}

const goRoot = says("go", "env", "GOROOT");
const pythonLibrary = says("python3", "-c", "import json, os; print(os.path.dirname(json.__file__) + '/..')");
const python = "import ast, sys; ast.parse(sys.stdin.read())";
const samples: readonly Sample[] = [
  {
    lang: "bash",
    path: "x.sh",
    texts: () => scripts("/usr/bin", (_, text) => /^#!.*\b(?:ba)?sh\b/.test(text), 120),
    accepts: accepts("bash", "-n"),
  },
  {
    lang: "node",
    path: "x.cjs",
    texts: () =>
      scripts("node_modules/typescript", (path) => path.endsWith(".js"), 10).concat(
        scripts("node_modules/vscode-languageserver", (path) => path.endsWith(".js"), 60),
      ),
    accepts: (text) => {
      new vm.Script(`(function () {${text.replace(/^#!.*/, "")}\n})`);
      return true;
    },
  },
  ...(pythonLibrary
    ? [
        {
          lang: "python" as const,
          path: "x.py",
          texts: () =>
            scripts(
              pythonLibrary,
              (path) => /\/lib\/python[\d.]+\/json\/\.\.\/\w+\.py$|\/lib\/python[\d.]+\/\w+\.py$/.test(path),
              80,
            ),
          accepts: accepts("python3", "-W", "ignore", "-c", python),
        },
      ]
    : []),
  ...(goRoot
    ? [
        {
          lang: "go" as const,
          path: "x.go",
          texts: () => scripts(join(goRoot, "src/cmd/go"), (path) => path.endsWith(".go"), 80),
          accepts: accepts("gofmt", "-e"),
        },
      ]
    : []),
];

describe.each(samples)("$lang", ({ lang, path, texts, accepts: takes }) => {
  test("what the language itself takes is not refused", async () => {
    const all = texts();
    expect(all.length).toBeGreaterThan(20);
    const refused: string[] = [];
    for (const content of all) {
      const [fault] = (await look({ path, lang, content })).filter(({ code }) => code === "C-SYNTAX");
      if (fault && takes(content)) refused.push(fault.says);
    }
    expect(refused).toEqual([]);
  }, 120_000);
});
