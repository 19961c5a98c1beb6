import { describe } from "vitest";
import type { Code } from "../../../server/src/diagnostics/codes.ts";
import { refuse } from "./refuse.ts";
import { artifact, extra, moved, script } from "./samples.ts";

const at = (code: Code, paths: readonly string[]): void =>
  refuse(
    code,
    paths.map((p) => [JSON.stringify(p).slice(0, 60), moved(p)]),
  );

describe("paths", () => {
  at("P-SEG", [
    "a/../../x.sh",
    "scripts/../../evil.sh",
    "scripts/../manifest.json",
    "./..//../x.sh",
    "scripts/./x.sh",
    "scripts//x.sh",
    "scripts/..",
    "scripts/.",
    ".",
    "..",
    "C:\\Windows\\evil.sh",
    "\\\\?\\C:\\evil.sh",
    "\\\\host\\share\\x.sh",
    "scripts\\x.sh",
    "scripts/a\\..\\..\\x.sh",
    "scripts/x.sh ",
    "scripts/ x.sh",
    "scripts/x .sh",
    "scripts/x.sh::$DATA",
    "~/evil.sh",
    "scripts/~root.sh",
    "%APPDATA%/evil.sh",
    "scripts/%2e%2e/evil.sh",
    "scripts/..%2fevil.sh",
    "scripts/-c",
    "scripts/-x.sh",
    "scripts/.hidden.sh",
    "scripts/.git/hooks/pre-commit",
    "scripts/$(id).sh",
    "scripts/`id`.sh",
    "scripts/a*.sh",
    "scripts/a|b.sh",
    "scripts/a&b.sh",
    "scripts/a'b.sh",
    'scripts/a"b.sh',
    "scripts/a..",
    "file:///etc/passwd",
    "https://evil.example/x.sh",
    "scripts/lib./x.sh",
  ]);
  at("P-ROOT", [
    "/etc/profile.d/x.sh",
    "/scripts/x.sh",
    "x.sh",
    "lib/x.sh",
    "Scripts/x.sh",
    "scripts",
    "files",
    "node_modules/x.sh",
    "bin/scripts/x.sh",
    "build/scripts/x.sh",
  ]);
  at("P-CHAR", [
    "scripts/a\0.sh",
    "scripts/a\u001b[31m.sh",
    "scripts/a\u200b.sh",
    "scripts/a\u2066.sh",
    "scripts/cafe\u0301.sh",
    "scripts/\u0430.sh",
    "scripts/a\r.sh",
    "scripts/a\t.sh",
    "scripts/\ufeffa.sh",
    "scripts/\uff0e\uff0e/x.sh",
    "scripts/\udfff.sh",
    "scripts/a\u007f.sh",
  ]);
  at("P-LONG", [
    `scripts/${"a".repeat(4000)}.sh`,
    `scripts/${"a/".repeat(2000)}x.sh`,
    "scripts/a/b/c/d/e/f/x.sh",
    `scripts/${"a".repeat(98)}.sh`,
  ]);
  at("P-RESERVED", [
    "scripts/aux",
    "scripts/nul.txt.sh",
    "scripts/COM1.sh",
    "scripts/lpt9.sh",
    "scripts/con/x.sh",
    "scripts/PRN.tar.sh",
    "manifest.json",
    "scripts/manifest.json",
    "state.json",
    "lock",
    "logs/x.sh",
  ]);
  at("P-SHADOW", [
    "scripts/os.py",
    "scripts/sitecustomize.py",
    "scripts/usercustomize.py",
    "scripts/__main__.py",
    "scripts/conftest.py",
    "scripts/lib/subprocess.py",
    "scripts/JSON.py",
    "scripts/urllib/__init__.py",
    "scripts/ssl.helper.py",
  ]);
  at("P-AUTOLOAD", [
    "deno.json",
    "scripts/deno.jsonc",
    "scripts/package.json",
    "scripts/Package.json",
    "scripts/go.work",
    "scripts/go.sum",
    "scripts/tsconfig.json",
    "scripts/tsconfig.base.json",
    "scripts/import_map.json",
    "scripts/node_modules/x/index.js",
    "scripts/lib/evil.pth",
    "scripts/x.dylib",
    "scripts/x.node",
    "scripts/x.pyc",
    "scripts/__pycache__/x.cpython-311.py",
    "scripts/x.so.1",
    "scripts/x.syso",
    "scripts/pyproject.toml",
    "scripts/setup.py",
    "scripts/jsconfig.json",
  ]);
  refuse("P-COLLIDE", [
    ["case twins", extra(script("scripts/01_Fetch_Repo.sh", "fetch_repo", "bash", "x\n"))],
    ["the same path twice", extra(script("scripts/01_fetch_repo.sh", "fetch_repo", "bash", "x\n"))],
    [
      "a file that is another's folder",
      extra(script("scripts/01_fetch_repo.sh/lib/x.sh", "fetch_repo", "bash", "x\n")),
    ],
    [
      "a folder that is another's file",
      (b) => {
        b.artifacts.push(
          script("scripts/lib/a/b.sh", "fetch_repo", "bash", "x\n"),
          script("scripts/lib/A", "fetch_repo", "bash", "x\n"),
        );
      },
    ],
    [
      "folders that differ in case",
      (b) => {
        b.artifacts.push(
          script("scripts/lib/a.sh", "fetch_repo", "bash", "x\n"),
          script("scripts/LIB/lib/b.sh", "fetch_repo", "bash", "x\n"),
        );
      },
    ],
    [
      "composed and decomposed",
      (b) => {
        b.artifacts.push(
          script("files/\u00e9", "fetch_repo", "text", ""),
          script("files/e\u0301", "fetch_repo", "text", ""),
        );
      },
    ],
    [
      "compatibility twins",
      (b) => {
        b.artifacts.push(
          script("files/fi", "fetch_repo", "text", ""),
          script("files/\ufb01", "fetch_repo", "text", ""),
        );
      },
    ],
  ]);
});

describe("modes", () => {
  const modes: readonly unknown[] = [
    "2755",
    "6755",
    "0777",
    "0000",
    "0755abc",
    "0o755",
    "755",
    "rwxr-xr-x",
    755,
    0o755,
    null,
    true,
    ["0755"],
    "",
    " 0755",
    "0444",
    "00755",
    "-0755",
  ];
  refuse(
    "M-MODE",
    modes.map((mode) => [JSON.stringify(mode), artifact(0, { mode })]),
  );
  refuse("M-MODE", [["a script run directly that is not executable", artifact(3, { mode: "0644" })]]);
});
