import { describe, expect, test } from "vitest";
import type { Granted, Script } from "../../../server/src/forge/check/scripts.ts";
import { scriptOf } from "../../../server/src/forge/check/scripts.ts";
import { checkReply } from "../../../server/src/forge/check.ts";
import { corpus, corpusActions } from "../check/samples.ts";
import { look } from "./look.ts";

const nothing: Granted = { network: false, engine: false, own: true, inFiles: [] };
const extensions = { bash: "sh", python: "py", go: "go", node: "mjs", deno: "ts" } as const;

/** `C-QUOTE $X`: the codes, each with the text that it is about. */
async function found(
  lang: Script["lang"],
  content: string,
  granted = nothing,
  extension: string = extensions[lang],
) {
  const faults = await look({ path: `scripts/x.${extension}`, lang, content }, granted);
  return faults.map(({ code, at }) => `${code} ${content.slice(at?.start, at?.end)}`);
}

describe("a script that does not parse is refused, where it breaks off", () => {
  const broken: readonly [Script["lang"], string, string, string?][] = [
    ["bash", "if true; then\n  echo hi\n", "if"],
    ["bash", "echo 'ä' \"open\n", '"'],
    ["bash", "for x in a b; do echo; \n", "for"],
    ["bash", "echo )\n", ")"],
    ["python", "def f(:\n  pass\n", ":"],
    ["python", 'print "hi"\n', 'print "hi"'],
    ["python", "if a:\nb = 1\n", "\n"],
    ["python", "a = 1\n  b = 2\n", "b = 2"],
    ["python", "if a:\n    b\n   c\n", "c"],
    ["go", "package main\n\nfunc main() {\n", "{"],
    ["node", "const x = ;\n", ";"],
    ["node", "const x: number = 1;\n", ":"],
    ["node", "import x from 'node:fs';\n", "i", "cjs"],
    ["node", "await x;\nlet let = 1;\n", "l"],
    ["deno", "const x: = 1;\n", "="],
    ["deno", "const x = <div/>;\n", "/"],
  ];
  test.each(broken)("%s: %j", async (lang, text, at, extension) => {
    const [first, ...more] = await found(lang, text, nothing, extension);
    expect(more).toEqual([]);
    expect(first?.startsWith("C-SYNTAX ")).toBe(true);
    expect(first?.slice("C-SYNTAX ".length).startsWith(at.trim())).toBe(true);
  });
});

describe("a script that parses is not, odd as it is", () => {
  const fine: readonly [Script["lang"], string, string?][] = [
    ["bash", 'for i do echo "$i"; done\n'],
    ["bash", '((a = 1)); [[ $x =~ ^(a|b)$ ]]; echo "${x:$((1+1)):2}"\n'],
    ["bash", "exec 3<>out; coproc cat; ! true |& cat\n"],
    ["bash", "cat <<'E'\n$( unclosed\nE\n"],
    ["python", "match x:\n    case 1: pass\nasync def f(): await g()\n"],
    ["python", "if a: b; c\nx = [\n  1,\n]\n# end\n"],
    ["python", "class A:\n    # first\n    def f(self):\n        pass\n    # last\n"],
    ["go", "package main\n\nfunc main() { f[int](1) }\n\nfunc f[T any](t T) {}\n"],
    ["node", "#!/usr/bin/env node\nawait import('./x.mjs');\nusing(1);\n"],
    ["node", "return require('node:fs');\n", "cjs"],
    ["node", "module.exports = 1;\n", "js"],
    ["node", "export default 1;\n", "js"],
    ["deno", "const x = <T,>(t: T): t is T => true; enum E { A }\n"],
    ["deno", "const x = <div/>;\n", "tsx"],
  ];
  test.each(fine)("%s: %j", async (lang, text, extension) => {
    expect(await found(lang, text, nothing, extension)).toEqual([]);
  });
});

describe("bash", () => {
  const splits: readonly [string, ...string[]][] = [
    ["rm -r $DIR", "$DIR"],
    ["cp a/$X $(date) `date`", "$X", "$(date)", "`date`"],
    ["echo hi > $FILE", "$FILE"],
    ["[ $X = y ] && [ -n $Y ]", "$X", "$Y"],
    ["echo $@ $*", "$@", "$*"],
    ["X=$1; cat $X; read -r Y; cat $Y", "$X", "$Y"],
    ["for f in a b; do rm $f; done", "$f"],
    ['echo "$(cat $F)"', "$F"],
  ];
  test.each(splits)("splits a value: %s", async (text, ...expected) => {
    expect(await found("bash", `${text}\n`)).toEqual(expected.map((shown) => `C-QUOTE ${shown}`));
  });

  const whole = [
    'rm -r "$DIR" "a/${X}/b" "$(date)"',
    "X=$A Y=$(date) env true; export Z=$X; local r=$1",
    "[[ $X = y ]] && case $X in a) ;; esac",
    "for x in $LIST; do :; done; set -- $LIST; a=($LIST)",
    "echo $# $? $$ ${#X} $((X + 1)); exit $status",
    'cmd ${1:+"$1"} "${A[@]}"',
    "flag=-q; n=$((1 + 1)); docker_is=1; cmd $flag $n $docker_is",
    "cat <<E\n$X\nE",
    "cat <<< $X",
  ];
  test.each(whole)("says nothing of %j", async (text) =>
    expect(await found("bash", `${text}\n`)).toEqual([]),
  );

  test("says it ten times and no more", async () => {
    expect(await found("bash", "rm $A\n".repeat(30))).toHaveLength(10);
  });
});

describe("what a script uses and its step may not", () => {
  const uses: readonly [Script["lang"], string, ...string[]][] = [
    ["bash", "curl -f x\nsudo -n docker ps\ncurl y\n", "C-NETWORK curl", "C-ENGINE docker"],
    [
      "bash",
      "/usr/bin/wget x; timeout 5 nc h 1; env A=b podman ps\n",
      "C-NETWORK /usr/bin/wget",
      "C-NETWORK nc",
      "C-ENGINE podman",
    ],
    ["bash", "git -C x fetch\n", "C-NETWORK git"],
    [
      "bash",
      "exec 3<>/dev/tcp/h/80\nls /var/run/docker.sock\n",
      "C-NETWORK /dev/tcp/",
      "C-ENGINE docker.sock",
    ],
    [
      "python",
      "import http.client\nfrom urllib import request\nimport requests as r\n",
      "C-NETWORK http.client",
      "C-NETWORK request",
      "C-NETWORK requests",
    ],
    [
      "python",
      'import subprocess, os\nsubprocess.run(["docker", "ps"])\nos.system("curl x")\n',
      'C-ENGINE "docker"',
      'C-NETWORK "curl x"',
    ],
    ["node", 'import "node:https";\nawait fetch("x");\n', 'C-NETWORK "node:https"', "C-NETWORK fetch"],
    [
      "node",
      'const c = require("child_process");\nc.execSync(`docker rm ${x}`);\nc.spawn("curl", []);\n',
      "C-ENGINE `docker rm ${x}`",
      'C-NETWORK "curl"',
    ],
    [
      "deno",
      'new Deno.Command("podman");\nDeno.connect({ port: 1 });\n',
      'C-ENGINE "podman"',
      "C-NETWORK Deno.connect",
    ],
    [
      "go",
      'package main\n\nimport "net/http"\n\nfunc main() { exec.Command("docker", "ps"); net.Dial("tcp", "x") }\n',
      'C-NETWORK "net/http"',
      'C-ENGINE "docker"',
      "C-NETWORK net.Dial",
    ],
  ];
  test.each(uses)("%s: %j", async (lang, text, ...expected) => {
    expect(await found(lang, text)).toEqual(expected);
    expect(await found(lang, text, { ...nothing, network: true, engine: true })).toEqual([]);
    expect(await look({ path: `x.${extensions[lang]}`, lang, content: text })).toEqual([]);
  });

  const unused: readonly [Script["lang"], string][] = [
    ["bash", "command -v docker || true\necho curl docker\n# curl, /var/run/docker.sock\n"],
    ["bash", "curl() { :; }\ncurl x\n"],
    ["bash", "git -C x rev-parse HEAD\n"],
    ["python", 'import urllib.parse\nprint("docker")\nd["docker"] = 1\n'],
    ["node", 'console.log("docker", "curl");\nconst fetch1 = x.fetch;\n'],
    ["go", 'package main\n\nimport "net/url"\n\nfunc main() { fmt.Println("docker") }\n'],
  ];
  test.each(unused)("%s: nothing in %j", async (lang, text) => expect(await found(lang, text)).toEqual([]));

  test("a kind of the stack's own can be given it, a built-in one cannot", async () => {
    const script: Script = { path: "x.sh", lang: "bash", content: "curl x\ndocker ps\n" };
    const own = await look(script, nothing);
    expect(own.map(({ hint }) => hint).join("\n")).toContain("capabilities of its kind");
    const builtin = await look(script, { ...nothing, own: false });
    expect(builtin.map(({ hint }) => hint).join("\n")).not.toContain("capabilities");
  });
});

describe("a secret that is in a file is not looked for in the environment", () => {
  const granted: Granted = { ...nothing, inFiles: ["CW_TOKEN", "CW_PIN"] };
  const wrong: readonly [Script["lang"], string, ...string[]][] = [
    ["bash", 'login "$CW_TOKEN"\n', "C-ENV CW_TOKEN"],
    ["bash", '# CW_PIN\necho "${CW_TOKEN}" > x\necho "$CW_TOKEN" "$CW_PIN_FILE" > y\n', "C-ENV CW_TOKEN"],
    [
      "python",
      "import os\nlogin(os.environ['CW_PIN'], os.environ['CW_TOKEN'])\n",
      "C-ENV CW_TOKEN",
      "C-ENV CW_PIN",
    ],
    ["node", "login(process.env.CW_TOKEN);\n", "C-ENV CW_TOKEN"],
    ["go", 'package main\n\nfunc main() { login(os.Getenv("CW_TOKEN")) }\n', "C-ENV CW_TOKEN"],
  ];
  test.each(wrong)("%s: %j", async (lang, text, ...expected) => {
    expect(await found(lang, text, granted)).toEqual(expected);
    expect(await found(lang, text)).toEqual([]);
  });

  const right: readonly [Script["lang"], string][] = [
    ["bash", 'login < "$CW_TOKEN_FILE"\n'],
    // Whichever way the value of an attribute comes.
    ["bash", 'login "${CW_TOKEN-$(cat "$CW_TOKEN_FILE")}"\n'],
    ["bash", '# CW_TOKEN is a secret\necho "$CW_TOKENS"\n'],
    ["node", "const secret = (name) => read(process.env[`${name}_FILE`]);\nsecret('CW_TOKEN');\n"],
    [
      "python",
      "def secret(name):\n    return open(os.environ[name + '_FILE']).read()\n\n\nsecret('CW_PIN')\n",
    ],
  ];
  test.each(right)("%s: nothing in %j", async (lang, text) =>
    expect(await found(lang, text, granted)).toEqual([]),
  );

  test("it says where the value is, and what a kind can say", async () => {
    const script: Script = { path: "x.sh", lang: "bash", content: "true\nlogin $CW_TOKEN\n" };
    const [own] = (await look(script, granted)).filter(({ code }) => code === "C-ENV");
    expect(own?.says).toBe("reads CW_TOKEN in line 2, a secret, which is not in the environment");
    expect(own?.hint).toBe(
      'Read the file whose path is in CW_TOKEN_FILE, or set secrets = "env" in the capabilities of its kind',
    );
    const [builtin] = (await look(script, { ...granted, own: false })).filter(({ code }) => code === "C-ENV");
    expect(builtin?.hint).toBe("Read the file whose path is in CW_TOKEN_FILE");
  });
});

test("good bundles stay good", async () => {
  const good = corpus.items.filter(({ expect: verdict }) => verdict === "accept");
  expect(good.length).toBeGreaterThan(4);
  for (const { json } of good) {
    const { value } = checkReply(json, corpusActions);
    for (const artifact of value?.artifacts ?? []) {
      const script = scriptOf(artifact);
      const faults = script ? await look(script, nothing) : [];
      expect(faults.filter(({ code }) => code === "C-SYNTAX")).toEqual([]);
    }
  }
});

test("depth and length are no way to stop it", async () => {
  const deep: readonly [Script["lang"], string][] = [
    ["bash", `${"$(".repeat(5000)}\n`],
    ["bash", `${"(".repeat(20_000)}\n`],
    ["bash", `${"$(".repeat(3000)} true ${")".repeat(3000)}\n`],
    ["python", `${"(".repeat(20_000)}\n`],
    ["go", `package main\nvar x = ${"(".repeat(20_000)}\n`],
    ["node", `${"(".repeat(20_000)}\n`],
    ["node", `x = ${"[".repeat(3000)}${"]".repeat(3000)};\n`],
    ["deno", `${"a<".repeat(20_000)}\n`],
  ];
  for (const [lang, text] of deep) {
    const faults = await look({ path: `x.${extensions[lang]}`, lang, content: text }, nothing);
    expect(faults.every(({ code }) => code === "C-SYNTAX" || code === "C-QUOTE")).toBe(true);
  }
}, 60_000);
