import { describe } from "vitest";
import { type Item, refuse } from "./refuse.ts";
import { artifact, extra, moved, runs, script, step } from "./samples.ts";

describe("commands", () => {
  const sh = "scripts/01_fetch_repo.sh";
  const py = "scripts/02_build_image.py";
  const ts = "scripts/03_ensure_service.ts";
  const gofile = "scripts/90_verify_http.go";
  const commands = (index: number, list: readonly (readonly unknown[])[]): readonly Item[] =>
    list.map((cmd) => [JSON.stringify(cmd).slice(0, 70), runs(index, ...cmd)]);
  refuse("S-FLAG", [
    ...commands(0, [
      ["bash", "-xec", "evil"],
      ["bash", "-ec", "evil", sh],
      ["bash", "--rcfile", "/etc/x", "-i", sh],
      ["bash", "-i", sh],
      ["bash", "-l", sh],
      ["bash", "--login", sh],
      ["bash", "--init-file", "x", sh],
      ["bash", "-o", "history", sh],
      ["bash", "-O", "extglob", sh],
      ["bash", "+e", sh],
      ["bash", "--", sh],
      ["bash", "-n", sh],
      ["bash", "-D", sh],
      ["bash", "-", sh],
      ["bash", "--debugger", sh],
      ["bash", "-eo", "pipefail:evil", sh],
      ["bash", "-\u0065c", sh],
    ]),
    ...commands(1, [
      ["python3", "-Ic", "evil"],
      ["python3", "-", py],
      ["python3", "-i", py],
      ["python3", "-x", py],
      ["python3", "-X", "importtime", py],
      ["python3", "-W", "error::evil.Warning", py],
      ["python3", "-uc", "evil"],
      ["python3", "--check-hash-based-pycs", "never", py],
      ["python3", "-mhttp.server"],
      ["python3", "-VV", py],
      ["python3", "-Im", "pdb", py],
    ]),
    ...commands(2, [
      ["deno", "run", "--import-map=https://evil/x.json", ts],
      ["deno", "run", "--allow-import", ts],
      ["deno", "run", "-c", "x.json", ts],
      ["deno", "run", "--lock=x", ts],
      ["deno", "run", "--preload=evil.ts", ts],
      ["deno", "run", "--env-file=/etc/x", ts],
      ["deno", "run", "--v8-flags=--allow-natives-syntax", ts],
      ["deno", "run", "--unsafely-ignore-certificate-errors", ts],
      ["deno", "run", "--inspect=0.0.0.0:1", ts],
      ["deno", "run", "--cert", "x", ts],
      ["deno", "run", "--location", "http://x", ts],
      ["deno", "run", "--reload", ts],
      ["deno", "run", "-r", ts],
      ["deno", "run", "--allow-net=", ts],
      ["deno", "run", "--allow-ffi", ts],
      ["deno", "run", "--node-modules-dir", ts],
      ["deno", "run", "-", ts],
      ["deno", "run", "--watch", ts],
    ]),
    ...commands(3, [
      ["go", "run", "-exec", "evil", gofile],
      ["go", "run", "-toolexec=evil", gofile],
      ["go", "build", "-o", "/etc/x", gofile],
      ["go", "run", "-overlay=x.json", gofile],
      ["go", "run", "-modfile=x.mod", gofile],
      ["go", "run", "-ldflags=-X a=b", gofile],
      ["go", "run", "-mod=mod", gofile],
      ["go", "run", "-C", "/etc", gofile],
      ["go", "run", "-gcflags=all=-N", gofile],
    ]),
  ]);
  const node = (...cmd: string[]): Item => [
    JSON.stringify(cmd).slice(0, 70),
    (b) => {
      b.artifacts[0] = script("scripts/01_fetch.mjs", "fetch_repo", "node", "console.log(1)\n");
      b.steps[0] = step("fetch_repo", ...cmd);
    },
  ];
  refuse("S-FLAG", [
    node("node", "--eval=evil"),
    node("node", "-p", "1"),
    node("node", "--require", "/tmp/x", "scripts/01_fetch.mjs"),
    node("node", "-r", "/tmp/x", "scripts/01_fetch.mjs"),
    node("node", "--inspect=0.0.0.0:9229", "scripts/01_fetch.mjs"),
    node("node", "--loader", "data:text/javascript,0", "scripts/01_fetch.mjs"),
    node("node", "--import=data:text/javascript,0", "scripts/01_fetch.mjs"),
    node("node", "--experimental-default-type=module", "scripts/01_fetch.mjs"),
    node("node", "--max-old-space-size=0", "scripts/01_fetch.mjs"),
    node("node", "-i"),
    node("node", "-"),
    node("node", "--test"),
    node("node", "--run", "evil"),
    node("node", "--openssl-config=/tmp/x", "scripts/01_fetch.mjs"),
    node("node", "--env-file", "/etc/x", "scripts/01_fetch.mjs"),
    node("node", "--snapshot-blob", "x", "scripts/01_fetch.mjs"),
  ]);
  refuse("S-SUB", [
    ...commands(2, [
      ["deno"],
      ["deno", "task", "x"],
      ["deno", ts],
      ["deno", "install", ts],
      ["deno", "repl"],
      ["deno", "test", ts],
      ["deno", "serve", ts],
      ["deno", "--quiet", "run", ts],
      ["deno", "compile", ts],
      ["deno", "x", "npm:evil"],
    ]),
    ...commands(3, [
      ["go"],
      ["go", "generate", gofile],
      ["go", "test", gofile],
      ["go", "install", "evil@latest"],
      ["go", "tool", "x"],
      ["go", "env", "-w", "GOFLAGS=x"],
      ["go", "vet", "-vettool=evil", gofile],
      ["go", "get", "evil"],
    ]),
  ]);
  refuse(
    "S-RUNTIME",
    commands(0, [
      ["/tmp/evil/bash", sh],
      ["BASH", sh],
      ["sh", sh],
      ["env", "bash", sh],
      ["docker", "run", "x"],
      ["zsh", sh],
      ["dash", sh],
      ["python", py],
      ["/usr/bin/python3", py],
      ["python3.11", py],
      ["../bash", sh],
      ["./build/bash", sh],
      ["nice", "bash", sh],
      ["exec", sh],
      ["busybox", "sh", sh],
      ["", sh],
      ["nohup", "bash", sh],
      ["xargs", "bash", sh],
      ["ssh", "host"],
      ["bun", sh],
      ["npx", "x"],
      ["constructor", sh],
      ["__proto__", sh],
      ["toString", sh],
    ]),
  );
  refuse("S-CMD", [
    ...commands(0, [
      ["bash scripts/01_fetch_repo.sh"],
      ["bash"],
      ["bash", "-e"],
      ["bash", `${sh}; rm -rf ~`],
      ["bash", "$(id)"],
      ["bash", `${sh}\u0020`],
      [1],
      ["bash", 1],
      [null],
      [["bash"]],
    ]),
    ["an object", (b) => Object.assign(b.steps[0]?.run ?? {}, { cmd: { 0: "bash", length: 1 } })],
    ["go run without a file", runs(3, "go", "run")],
  ]);
  refuse("S-ARTIFACT", [
    ...commands(0, [
      ["bash", "/dev/stdin"],
      ["bash", "/dev/fd/0"],
      ["bash", "../../evil.sh"],
      ["bash", "scripts/../scripts/01_fetch_repo.sh"],
      ["bash", "scripts//01_fetch_repo.sh"],
      ["bash", "Scripts/01_fetch_repo.sh"],
      ["./scripts/missing.sh"],
      ["bash", "scripts"],
      ["bash", ".clockwork/build/scripts/01_fetch_repo.sh"],
      ["bash", ""],
      ["bash", "__proto__"],
      ["python3", "."],
      ["python3", "scripts"],
    ]),
    ...commands(2, [
      ["deno", "run", "https://evil.example/x.ts"],
      ["deno", "run", "npm:evil"],
      ["deno", "run", "jsr:@evil/x"],
    ]),
    ...commands(3, [
      ["go", "run", "evil.example/x@latest"],
      ["go", "run", "."],
      ["go", "run", "./..."],
      ["go", "run", gofile, "/tmp/evil.go"],
    ]),
    [
      "data",
      (b) => {
        b.artifacts.push(script("files/x.sh", "fetch_repo", "bash", "x\n"));
        b.steps[0] = step("fetch_repo", "bash", "files/x.sh");
      },
    ],
    ["another purpose's script", runs(0, "python3", py)],
    [
      "another purpose's helper",
      (b) => {
        b.artifacts.push(script("scripts/lib/x.sh", "verify_http", "bash", "x\n"));
        b.steps[0] = step("fetch_repo", "bash", "scripts/lib/x.sh");
      },
    ],
  ]);
  refuse("S-LANG", [
    ["bash on python", runs(1, "bash", py)],
    ["python on bash", runs(0, "python3", sh)],
    ["node on deno's", runs(2, "node", ts)],
    ["a python script named .sh", artifact(0, { lang: "python" })],
    ["a bash script without extension", moved("scripts/fetch")],
    ["text below scripts/", extra(script("scripts/lib/x.txt", "fetch_repo", "text", "x\n"))],
    ["a deno script named .py", artifact(1, { lang: "deno" })],
    ["an extension in capitals", moved("scripts/x.SH")],
  ]);
  refuse("S-ARG", [
    ["4 KB", runs(0, "bash", sh, "x".repeat(4097))],
    ["4 KB in bytes", runs(0, "bash", sh, "é".repeat(2049))],
    ["3 MB", runs(0, "bash", sh, "x".repeat(3_000_000))],
    ["a thousand words", runs(0, "bash", sh, ...Array.from({ length: 1000 }, () => "x"))],
    ["a line feed", runs(0, "bash", sh, "a\nb")],
    ["an escape sequence", runs(0, "bash", sh, "\u001b[2J")],
    ["a bidirectional character", runs(0, "bash", sh, "\u202e")],
    ["a lone surrogate", runs(0, "bash", sh, "\ud800")],
    ["go build with arguments", runs(3, "go", "build", gofile, "x")],
  ]);
  refuse("S-UNUSED", [
    ["in no lib folder", extra(script("scripts/helper.sh", "fetch_repo", "bash", "x\n"))],
    ["a file named lib", extra(script("scripts/lib.sh", "fetch_repo", "bash", "x\n"))],
    ["below a folder like lib", extra(script("scripts/libs/x.sh", "fetch_repo", "bash", "x\n"))],
  ]);
  refuse("C-SECRET", [["in an argument", runs(0, "bash", sh, `ghp_${"a".repeat(36)}`)]]);
});
