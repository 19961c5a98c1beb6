import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CheckedCommand, Runtime } from "../../../server/src/forge/bundle.ts";
import { readCommand } from "../../../server/src/forge/check/command.ts";
import { commandArgv } from "../../../server/src/forge/check.ts";
import { commandWords } from "../../../server/src/forge/manifest.ts";

const command = (runtime: Runtime, flags: string[] = [], args: string[] = []): CheckedCommand => ({
  runtime,
  flags,
  script: "scripts/x",
  args,
});
const paths = {
  buildDir: "/s/.clockwork/build",
  runtime: "/usr/bin/r",
  script: "/s/.clockwork/build/scripts/x",
};
const line = (c: CheckedCommand): string =>
  commandArgv(c, paths).argv.join(" ").replaceAll(paths.script, "X");

describe("the real command line", () => {
  test.each([
    [command("bash", ["-eu"], ["a"]), "/usr/bin/r --norc --noprofile -p -eu X a"],
    [command("python3", ["-u"], ["a"]), "/usr/bin/r -I -B -u X a"],
    [command("node", ["--no-warnings"], ["a"]), "/usr/bin/r --no-warnings X a"],
    [
      command("deno", ["--allow-all"], ["a"]),
      "/usr/bin/r run --no-prompt --no-config --no-lock --no-remote --no-npm --deny-import --allow-all X a",
    ],
    [command("go", [], ["a"]), "/usr/bin/r run -trimpath X a"],
  ])("%#", (c, expected) => {
    expect(line(c)).toBe(expected);
  });

  test("go is told to ignore what surrounds the script", () => {
    expect(commandArgv(command("go"), paths).env).toMatchObject({
      GOFLAGS: "",
      GOENV: "off",
      GOWORK: "off",
      GOPROXY: "off",
      CGO_ENABLED: "0",
      GOTOOLCHAIN: "local",
    });
  });

  test("the words of a command, read again, give the command", () => {
    for (const c of [
      command("bash", ["-euo", "pipefail"], ["a", ""]),
      command("deno", ["-A"]),
      command("go", [], ["x"]),
      command("node"),
      command("python3", ["-u"]),
    ]) {
      const lang = c.runtime === "python3" ? "python" : c.runtime;
      const artifact = { path: c.script, mode: "0755", purpose: "p", lang, content: "" } as const;
      const read = readCommand(commandWords(c), { purpose: "p", artifacts: new Map([[c.script, artifact]]) });
      expect(read.command).toEqual(c);
    }
  });
});

/** Where a runtime is not installed its test is skipped, visibly. */
const found = (program: string): string | undefined => {
  const { status, stdout } = spawnSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
};

describe("hijacks that plain command lines allow", () => {
  let dir = "";
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "argv-"));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const run = (runtime: Runtime, name: string, content: string, env: Record<string, string> = {}): string => {
    const script = join(dir, name);
    writeFileSync(script, content);
    const { argv, env: own } = commandArgv(
      { runtime, flags: [], script: name, args: ["arg"] },
      {
        buildDir: dir,
        runtime: found(runtime) ?? "",
        script,
      },
    );
    const [program = "", ...args] = argv;
    return execFileSync(program, args, {
      encoding: "utf8",
      env: { PATH: "/usr/bin:/bin", HOME: dir, ...env, ...own },
    });
  };

  test.skipIf(!found("bash"))("BASH_ENV does not reach bash", () => {
    writeFileSync(join(dir, "evil"), "echo evil\n");
    expect(run("bash", "a.sh", 'echo "good $1"\n', { BASH_ENV: join(dir, "evil") })).toBe("good arg\n");
  });

  test.skipIf(!found("python3"))("a json.py beside the script does not reach python", () => {
    writeFileSync(join(dir, "json.py"), "print('evil')\n");
    expect(
      run("python3", "a.py", "import json, sys\nprint('good', sys.argv[1])\n", { PYTHONPATH: dir }),
    ).toBe("good arg\n");
  });

  test.skipIf(!found("go"))("go.mod, GOFLAGS and cgo do not reach go", { timeout: 120_000 }, () => {
    writeFileSync(join(dir, "go.mod"), "module evil\n\ngo 99.0\n");
    const content =
      'package main\n\nimport (\n\t"fmt"\n\t"os"\n\t"slices"\n)\n\nfunc main() { fmt.Println("good", os.Args[1], slices.Max([]int{1, 2})) }\n';
    expect(run("go", "a.go", content, { GOFLAGS: "-toolexec=/nonexistent" })).toBe("good arg 2\n");
  });
});
