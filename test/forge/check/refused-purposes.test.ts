import { describe, expect, test } from "vitest";
import { checkBundle } from "../../../server/src/forge/check.ts";
import { type Item, refuse } from "./refuse.ts";
import { artifact, script, step, variable } from "./samples.ts";

describe("purposes", () => {
  refuse("U-UNKNOWN", [
    ["a step's", (b) => b.steps.push(step("exfil", "bash", "scripts/01_fetch_repo.sh"))],
    ["an artifact's", artifact(0, { purpose: "exfil" })],
    ["__proto__", artifact(0, { purpose: "__proto__" })],
    ["hasOwnProperty", artifact(0, { purpose: "hasOwnProperty" })],
    ["in other case", artifact(0, { purpose: "Fetch_Repo" })],
    ["with a blank", artifact(0, { purpose: "fetch_repo " })],
    ["empty", artifact(0, { purpose: "" })],
  ]);
  refuse("U-MISSING", [
    ["the last", (b) => b.steps.pop()],
    ["the first", (b) => b.steps.shift()],
    ["all", (b) => b.steps.splice(0)],
  ]);
  refuse("U-ORDER", [
    ["two swapped", (b) => b.steps.unshift(...b.steps.splice(1, 1))],
    [
      "a second run of an earlier action at the end",
      (b) => b.steps.push(step("fetch_repo", "bash", "scripts/01_fetch_repo.sh", "again")),
    ],
    [
      "an action's runs with another between",
      (b) => b.steps.splice(2, 0, step("fetch_repo", "bash", "scripts/01_fetch_repo.sh", "again")),
    ],
  ]);
  refuse("U-REPEAT", [
    ["the same step twice", (b) => b.steps.unshift(step("fetch_repo", "bash", "scripts/01_fetch_repo.sh"))],
  ]);

  test("a name that several actions have is refused, and their ids are not", () => {
    const actions = {
      version: "1" as const,
      steps: ["a", "b"].map((n) => ({ name: "run_task", id: `run_task.${n}`, args: {} })),
    };
    const bundle = (purpose: (n: string) => string) => ({
      version: "1",
      artifacts: ["a", "b"].map((n) => script(`scripts/${n}.sh`, purpose(n), "bash", "echo\n")),
      steps: ["a", "b"].map((n) => step(purpose(n), "bash", `scripts/${n}.sh`)),
      vars: {},
    });
    expect(
      checkBundle(
        bundle((n) => `run_task.${n}`),
        actions,
      ).diagnostics,
    ).toEqual([]);
    const { diagnostics } = checkBundle(
      bundle(() => "run_task"),
      actions,
    );
    expect(diagnostics.map((d) => d.code)).toContain("U-UNKNOWN");
    expect(diagnostics[0]?.hint).toBe("Use the action's id");
  });
});

describe("variables", () => {
  refuse(
    "V-NAME",
    [
      "LD_AUDIT",
      "LD_LIBRARY_PATH",
      "DYLD_INSERT_LIBRARIES",
      "BASH_ENV",
      "ENV",
      "IFS",
      "PATH",
      "HOME",
      "SHELLOPTS",
      "PS4",
      "PROMPT_COMMAND",
      "NODE_PATH",
      "NODE_EXTRA_CA_CERTS",
      "PYTHONSTARTUP",
      "PYTHONHOME",
      "GOFLAGS",
      "GOPROXY",
      "GOENV",
      "CGO_CFLAGS",
      "CC",
      "GIT_SSH_COMMAND",
      "GIT_CONFIG_COUNT",
      "SSH_AUTH_SOCK",
      "HTTP_PROXY",
      "HTTPS_PROXY",
      "ALL_PROXY",
      "NO_PROXY",
      "FTP_PROXY",
      "DOCKER_HOST",
      "DOCKER_CONFIG",
      "CONTAINER_HOST",
      "SSL_CERT_FILE",
      "SSL_CERT_DIR",
      "CURL_CA_BUNDLE",
      "CURL_HOME",
      "REQUESTS_CA_BUNDLE",
      "AWS_PROFILE",
      "GOOGLE_APPLICATION_CREDENTIALS",
      "ANTHROPIC_API_KEY",
      "STRIPE_API_KEY",
      "_JAVA_OPTIONS",
      "JDK_JAVA_OPTIONS",
      "PERL5OPT",
      "RUBYOPT",
      "DENO_DIR",
      "NPM_CONFIG_REGISTRY",
      "XDG_CONFIG_HOME",
      "TMPDIR",
      "EDITOR",
      "PAGER",
      "LESSOPEN",
      "TERMINFO",
      "LC_ALL",
      "CLOCKWORK_OUTPUT",
      "CW_VARS_FILE",
      "GCONV_PATH",
      "GLIBC_TUNABLES",
      "MAKEFLAGS",
      "PIP_INDEX_URL",
      "ELECTRON_RUN_AS_NODE",
      "VSCODE_IPC_HOOK",
      // secrets by name
      "DB_PASSWORD",
      "TOKEN",
      "GITHUB_TOKEN",
      "CLIENT_SECRET",
      "PRIVATE_KEY",
      "APP_CREDENTIALS",
      // run-time values of the list
      "APP_WORKDIR",
      "IMAGE_REF",
      // form
      "lower",
      "Mixed_Case",
      "1ST",
      "_X",
      "A-B",
      "A.B",
      "A B",
      "A\0B",
      "",
      "Ä",
      "A\n",
      "X".repeat(65),
      "constructor",
      "BASH_FUNC_x%%",
    ].map((name): Item => [JSON.stringify(name).slice(0, 40), variable(name, "x")]),
  );
  refuse("V-VALUE", [
    ["NUL", variable("SIZE", "a\0b")],
    ["an escape", variable("SIZE", "\u001b]0;x\u0007")],
    ["a carriage return", variable("SIZE", "a\rb")],
    ["a bidirectional character", variable("SIZE", "\u202ex")],
    ["a lone surrogate", variable("SIZE", "\udc00")],
    ["200 KB", variable("SIZE", "x".repeat(200_000))],
    ["an object", variable("SIZE", { a: 1 })],
    ["a list", variable("SIZE", ["a"])],
    ["null", variable("SIZE", null)],
    ["no number", variable("SIZE", Number.NaN)],
    ["infinity", variable("SIZE", Number.POSITIVE_INFINITY)],
    ["a shell function", variable("SIZE", "() { :; }; evil")],
  ]);
  refuse("V-MISMATCH", [
    ["another branch", variable("REPO_REF", "evil")],
    ["another tag", variable("TAG", "evil:latest")],
    ["another name", variable("NAME", "evil")],
    ["another port", variable("INTERNAL_PORT", 22)],
    ["another port as text", variable("EXTERNAL_PORT", "8081")],
    ["another URL", variable("URL", "http://localhost:8081")],
    ["a metadata service", variable("URL", "http://169.254.169.254/latest/meta-data")],
    ["a metadata service under any name", variable("ENDPOINT", "http://169.254.169.254/")],
    ["in one number", variable("ENDPOINT", "http://2852039166/")],
    ["in hex", variable("ENDPOINT", "https://0xa9fea9fe/x")],
    ["as a host", variable("ENDPOINT", "169.254.169.254")],
    ["as IPv6", variable("ENDPOINT", "http://[::ffff:169.254.169.254]/")],
    ["Google's", variable("ENDPOINT", "http://metadata.google.internal./")],
  ]);
  refuse("C-SECRET", [
    ["a token", variable("SIZE", `github_pat_${"a".repeat(40)}`)],
    ["a key", variable("SIZE", "AKIAIOSFODNN7EXAMPLE")],
    ["a URL with a password", variable("SIZE", "https://user:hunter2hunter2@example.com")],
  ]);
  refuse("B-SIZE", [
    [
      "a thousand",
      (b) => {
        for (let i = 0; i < 1000; i++) b.vars[`V${i}`] = i;
      },
    ],
  ]);

  test("names that an action reserves are refused", () => {
    const actions = {
      version: "1" as const,
      steps: [
        {
          name: "run_task",
          args: { script: "echo ${FROM_TEXT}", env: { A: "x${DEEP}y" } },
          uses: ["USED"],
          secrets: ["HIDDEN"],
          provides: { x: "MADE" },
        },
      ],
    };
    for (const name of ["FROM_TEXT", "DEEP", "USED", "HIDDEN", "MADE"]) {
      const bundle = {
        version: "1",
        artifacts: [script("scripts/a.sh", "run_task", "bash", "echo\n")],
        steps: [step("run_task", "bash", "scripts/a.sh")],
        vars: { [name]: "x" },
      };
      expect(checkBundle(bundle, actions).diagnostics.map((d) => d.code)).toEqual(["V-NAME"]);
    }
  });
});
