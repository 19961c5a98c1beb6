import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { commandLine, shellFamily } from "../../client/src/quote.ts";
import { runs } from "../support/runs.ts";

/** What a program gets of a command line that bash reads. */
function readByBash(line: string): readonly string[] {
  const printed = execFileSync("bash", ["-c", `printf '%s\\0' ${line}`], { encoding: "utf8" });
  return printed.split("\0").slice(0, -1);
}

test("every argument reaches the program as it is", () => {
  const argument = fc.string({ minLength: 1, unit: "grapheme-ascii" });
  fc.assert(
    fc.property(fc.array(argument, { minLength: 1, maxLength: 5 }), (argv) => {
      expect(readByBash(commandLine(argv, "posix"))).toEqual(argv);
    }),
    { numRuns: runs(60), examples: [[["a'b", "$(touch x)", "`id`", "a b", "", "~", "!x", "\\", "a\nb"]]] },
  );
});

test("what needs no quotes has none", () => {
  const argv = ["/usr/bin/node", "/x/dist/cli.js", "apply", "/home/me/my-stack"];
  expect(commandLine(argv, "posix")).toBe(argv.join(" "));
});

test("each shell has its own quotes", () => {
  const argv = ["C:\\Program Files\\Code.exe", "it's"];
  expect(commandLine(argv, "powershell")).toBe("& 'C:\\Program Files\\Code.exe' 'it''s'");
  expect(commandLine(argv, "cmd")).toBe(`"C:\\Program Files\\Code.exe" "it's"`);
  expect(commandLine(["C:\\a b\\"], "cmd")).toBe('"C:\\a b\\\\"');
  expect(commandLine(["it's", "a\\b"], "fish")).toBe("'it\\'s' 'a\\\\b'");
});

test("a shell is known by its name, with or without folder and extension", () => {
  expect(shellFamily("/bin/zsh", "darwin")).toBe("posix");
  expect(shellFamily("pwsh", "linux")).toBe("powershell");
  expect(shellFamily("C:\\Windows\\System32\\cmd.exe", "win32")).toBe("cmd");
  expect(shellFamily("C:\\Program Files\\Git\\bin\\bash.exe", "win32")).toBe("posix");
  expect(shellFamily("/usr/bin/unheard-of", "linux")).toBe("posix");
  expect(shellFamily("unheard-of", "win32")).toBe("powershell");
});
