import { describe, expect, test } from "vitest";
import { checkBundle, checkReply } from "../../../server/src/forge/check.ts";
import {
  artifact,
  corpusActions,
  extra,
  goodBundle,
  type Loose,
  moved,
  runs,
  script,
  seedActions,
  seedBundleText,
  step,
  variable,
} from "./samples.ts";

const sh = "scripts/01_fetch_repo.sh";
const py = "scripts/02_build_image.py";
const ts = "scripts/03_ensure_service.ts";
const gofile = "scripts/90_verify_http.go";
const asNode =
  (content: string, ...cmd: string[]) =>
  (b: Loose) => {
    b.artifacts[0] = script("scripts/01_fetch.mjs", "fetch_repo", "node", content);
    b.steps[0] = step("fetch_repo", ...cmd);
  };

test("the seed's bundle passes, and is what was proposed", () => {
  const { value, diagnostics } = checkReply(seedBundleText, seedActions);
  expect(diagnostics).toEqual([]);
  expect(value?.artifacts).toEqual(JSON.parse(seedBundleText).artifacts);
  expect(value?.vars).toMatchObject({ REPO_URL: "https://github.com/user/myapp", INTERNAL_PORT: "8080" });
  expect(value?.steps).toEqual([
    { purpose: "fetch_repo", command: { runtime: "bash", flags: [], script: sh, args: [] } },
    { purpose: "build_image", command: { runtime: "python3", flags: [], script: py, args: [] } },
    { purpose: "ensure_service", command: { runtime: "deno", flags: ["--allow-all"], script: ts, args: [] } },
    { purpose: "verify_http", command: { runtime: "go", flags: [], script: gofile, args: [] } },
  ]);
});

test("the bundle that other tests spoil passes", () => {
  expect(checkBundle(goodBundle(), corpusActions).diagnostics).toEqual([]);
});

describe("accepted", () => {
  test.each<readonly [string, (bundle: Loose) => void]>([
    ["bash -euo pipefail", runs(0, "bash", "-euo", "pipefail", sh)],
    ["bash --norc -e -x", runs(0, "bash", "--norc", "-e", "-x", sh)],
    ["a script's path with ./", runs(0, "bash", `./${sh}`)],
    ["a script run directly", runs(0, `./${sh}`, "now")],
    ["a script run directly without ./", runs(0, sh)],
    [
      "arguments that look like anything",
      runs(0, "bash", sh, "-c", "a; rm -rf ~", "$(id)", "--", "-A", "", "naïve"),
    ],
    ["python3 -u", runs(1, "python3", "-u", py)],
    ["python3 -I -B", runs(1, "python3", "-IB", "-u", py)],
    ["go run with arguments", runs(3, "go", "run", gofile, "--url", "http://localhost:8080")],
    ["go build", runs(3, "go", "build", "-trimpath", gofile)],
    [
      "narrow deno flags",
      runs(2, "deno", "run", "--no-prompt", "--allow-net=localhost:8080", "--allow-env=NAME,URL", "-R=.", ts),
    ],
    ["deno without rights", runs(2, "deno", "run", ts)],
    ["deno denied things", runs(2, "deno", "run", "-A", "--deny-net", "--quiet", ts)],
    [
      "node with flags",
      asNode(
        'import { readFile } from "node:fs/promises";\n',
        "node",
        "--no-warnings",
        "scripts/01_fetch.mjs",
        "-e",
      ),
    ],
    [
      "node from a bundle's helper",
      (b) => {
        asNode('import { go } from "./lib/go.mjs";\ngo();\n', "node", "scripts/01_fetch.mjs")(b);
        b.artifacts.push(
          script("scripts/lib/go.mjs", "fetch_repo", "node", "export const go = () => 1;\n", "0644"),
        );
      },
    ],
    [
      "a helper in a lib folder",
      extra(script("scripts/lib/retry.sh", "fetch_repo", "bash", "retry() { :; }\n", "0644")),
    ],
    [
      "a helper in a step's lib folder",
      extra(script("scripts/fetch/lib/retry.py", "fetch_repo", "python", "def f(): pass\n")),
    ],
    ["an empty package file", extra(script("scripts/lib/tools/__init__.py", "build_image", "python", ""))],
    ["data, empty", extra(script("files/empty", "fetch_repo", "text", ""))],
    [
      "data in a language of its own",
      extra(script("files/nginx/site.conf", "ensure_service", "nginx", "server {}\n", "0600")),
    ],
    [
      "data with any shebang",
      extra(script("files/hook", "fetch_repo", "text", "#!/usr/bin/perl\nprint 1;\n", "0755")),
    ],
    [
      "data that a page loads",
      extra(
        script(
          "files/index.html",
          "fetch_repo",
          "html",
          '<script type="module">import "https://esm.sh/x"</script>\n',
        ),
      ),
    ],
    [
      "several runs of one action",
      (b) => {
        b.artifacts.push(script("scripts/01_prepare.sh", "fetch_repo", "bash", "#!/bin/bash\n:\n"));
        b.steps.unshift(
          step("fetch_repo", "bash", "scripts/01_prepare.sh"),
          step("fetch_repo", "bash", "scripts/01_prepare.sh", "again"),
        );
      },
    ],
    [
      "no variables",
      (b) => {
        b.vars = {};
      },
    ],
    [
      "variables of its own",
      (b) =>
        Object.assign(b.vars, {
          RETRIES: 3,
          VERBOSE: false,
          GREETING: "hallo wörld\nline two",
          RATIO: 0.5,
          MODE: "",
        }),
    ],
    ["ports as text", variable("EXTERNAL_PORT", "8080")],
    [
      "names beside the denied ones",
      (b) =>
        Object.assign(b.vars, {
          PATHS: "x",
          HOMEPAGE: "https://x.example",
          GOAL: "x",
          TOKENIZER: "x",
          GITHUB_ORG: "x",
          NODE_ENV: "production",
          GO_VERSION: "1.22",
          MAX_TOKENS_PER_DAY: 5,
        }),
    ],
    [
      "a Go program with imports",
      artifact(3, {
        content:
          'package main\n\nimport (\n\t"fmt"\n\tio "net/http"\n\t. "os"\n)\n\nimport "encoding/json"\n\nfunc main() { fmt.Println(io.StatusOK, Args, json.Valid(nil)) }\n',
      }),
    ],
    [
      "a Go program that speaks of C",
      artifact(3, {
        content:
          '//go:build linux\n\npackage main\n\n// import "C"\n\nfunc main() { println("import \\"C\\"", "github.com/x/y") }\n',
      }),
    ],
    [
      "addresses that are no imports",
      artifact(2, {
        content:
          'const r = await fetch("https://registry.example/x");\nconsole.log("data from", "https://x", `https://${r.url}`);\n',
      }),
    ],
    [
      "prose with from and an address",
      artifact(2, {
        content:
          "console.log(\"fetched from 'https://x.example'\");\n// import it from 'https://docs.example'\n",
      }),
    ],
    ["emoji and other scripts", artifact(0, { content: "#!/usr/bin/env bash\necho '✅ 完了 готово ⚠️'\n" })],
    [
      "shebangs of every usual form",
      (b) => {
        Object.assign(b.artifacts[0] ?? {}, { content: "#!/bin/bash -eu\n:\n" });
        Object.assign(b.artifacts[1] ?? {}, { content: "#!/usr/bin/python3\npass\n" });
        Object.assign(b.artifacts[2] ?? {}, {
          content: "#!/usr/bin/env -S deno run --allow-net --allow-read=.\n1;\n",
        });
      },
    ],
    ["no final line feed", artifact(0, { content: "#!/usr/bin/env bash" })],
    [
      "private modes",
      (b) => {
        for (const a of b.artifacts) a["mode"] = "0700";
      },
    ],
    ["a deep path", moved("scripts/a/b/c/d/x.sh")],
    [
      "references to secrets",
      artifact(0, {
        content:
          'git clone "https://user:${TOKEN}@example.com/x" && curl -H "Authorization: Bearer $TOKEN" "$URL"\n',
      }),
    ],
    [
      "a public key",
      extra(
        script(
          "files/ca.pem",
          "fetch_repo",
          "text",
          "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n-----BEGIN PUBLIC KEY-----\n",
        ),
      ),
    ],
  ])("%s", (_, change) => {
    const bundle = goodBundle();
    change(bundle);
    const { value, diagnostics } = checkBundle(bundle, corpusActions);
    expect(diagnostics).toEqual([]);
    expect(value).toBeDefined();
  });

  test("purposes by id or name alike", () => {
    const actions = {
      version: "1" as const,
      steps: [
        { name: "ensure_service", id: 'ensure_service.web["eu"]', args: { name: "web" } },
        { name: "verify_http", id: "verify_http.web.health", args: { url: "http://localhost:1" } },
      ],
    };
    const { value, diagnostics } = checkBundle(
      {
        version: "1",
        artifacts: [
          script("scripts/web.sh", "ensure_service", "bash", ":\n"),
          script("scripts/lib/x.sh", 'ensure_service.web["eu"]', "bash", ":\n"),
          script("scripts/v.sh", "verify_http", "bash", ":\n"),
        ],
        steps: [
          step('ensure_service.web["eu"]', "bash", "scripts/web.sh"),
          step("verify_http", "bash", "scripts/v.sh"),
        ],
        vars: { NAME: "web", URL: "http://localhost:1" },
      },
      actions,
    );
    expect(diagnostics).toEqual([]);
    expect(value?.artifacts.map((a) => a.purpose)).toEqual([
      'ensure_service.web["eu"]',
      'ensure_service.web["eu"]',
      "verify_http.web.health",
    ]);
    expect(value?.steps.map((s) => s.purpose)).toEqual([
      'ensure_service.web["eu"]',
      "verify_http.web.health",
    ]);
  });

  test("a variable that equals one of several such actions", () => {
    const actions = {
      version: "1" as const,
      steps: ["a", "b"].map((n) => ({
        name: "ensure_service",
        id: `ensure_service.${n}`,
        args: { name: n },
      })),
    };
    const reply = (name: string) => ({
      version: "1",
      artifacts: ["a", "b"].map((n) => script(`scripts/${n}.sh`, `ensure_service.${n}`, "bash", ":\n")),
      steps: ["a", "b"].map((n) => step(`ensure_service.${n}`, "bash", `scripts/${n}.sh`)),
      vars: { NAME: name },
    });
    expect(checkBundle(reply("b"), actions).diagnostics).toEqual([]);
    expect(checkBundle(reply("c"), actions).diagnostics.map((d) => d.code)).toEqual(["V-MISMATCH"]);
  });

  test("an empty bundle for an empty list", () => {
    const { value } = checkReply('{"version":"1","artifacts":[],"steps":[],"vars":{}}', {
      version: "1",
      steps: [],
    });
    expect(value).toEqual({ artifacts: [], steps: [], vars: {} });
  });
});
