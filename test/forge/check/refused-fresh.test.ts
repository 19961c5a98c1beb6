/* Attacks that were thought of after the check was written, each of which it let through at first. */
import { describe } from "vitest";
import { bash, deno, go, python, refuse } from "./refuse.ts";
import { variable } from "./samples.ts";

const a = (length: number): string => "a".repeat(length);

describe("thought of later", () => {
  refuse("C-REMOTE", [
    ["an absolute path", deno('import x from "/tmp/evil.ts";\n')],
    ["an absolute path in a call", deno('await import("/tmp/evil.ts");\n')],
    ["a path that leads out of the bundle", deno('import x from "../../../../../tmp/evil.ts";\n')],
    ["another runtime's modules", deno('import x from "bun:ffi";\n')],
    ["types from elsewhere", deno('/// <reference types="https://e.example/x.d.ts" />\n1;\n')],
    ["types for an import", deno('// @deno-types="https://e.example/x.d.ts"\nimport x from "./lib/x.js";\n')],
    ["a JSX runtime", deno("/** @jsxImportSource https://e.example */\n1;\n")],
  ]);
  refuse("C-GO", [
    ["lines that claim to be another file's", go("//line /etc/passwd:1")],
    ["the same within a line", go("/*line x.go:1*/")],
  ]);
  refuse(
    "V-MISMATCH",
    [
      "http://metadata.goog/",
      "http://instance-data/latest",
      "http://192.0.0.192/",
      "168.63.129.16",
      "-H x http://169.254.169.254/latest",
      "http:\\\\169.254.169.254\\",
    ].map((value) => [value, variable("TARGET", value)]),
  );
  refuse(
    "V-NAME",
    [
      ...[
        "ZDOTDIR",
        "FPATH",
        "HGRCPATH",
        "TEXINPUTS",
        "GTK_MODULES",
        "QT_PLUGIN_PATH",
        "KRB5_CONFIG",
        "R_PROFILE",
      ],
      ...["TCLLIBPATH", "ERL_FLAGS", "ELIXIR_ERL_OPTIONS", "DOTNET_STARTUP_HOOKS", "CORECLR_PROFILER_PATH"],
      ...[
        "ANSIBLE_CONFIG",
        "TF_CLI_ARGS",
        "TF_CLI_CONFIG_FILE",
        "PGOPTIONS",
        "REDISCLI_AUTH",
        "SOCKS_SERVER",
      ],
      ...[
        "GHC_PACKAGE_PATH",
        "RIPGREP_CONFIG_PATH",
        "FZF_DEFAULT_OPTS",
        "BAT_CONFIG_PATH",
        "YARN_RC_FILENAME",
      ],
      ...[
        "COREPACK_NPM_REGISTRY",
        "TS_NODE_PROJECT",
        "CMAKE_TOOLCHAIN_FILE",
        "CCACHE_PREFIX",
        "ASAN_OPTIONS",
      ],
      ...["VIMINIT", "EXINIT", "MANPATH", "SVN_EDITOR"],
    ].map((name) => [name, variable(name, "x")]),
  );
  refuse("C-SECRET", [
    ["PuTTY", bash("PuTTY-User-Key-File-2: ssh-rsa\n")],
    ["Grafana", bash(`T=glsa_${a(32)}_${a(8)}\n`)],
    ["Shopify", bash(`T=shpat_${a(32)}\n`)],
    ["Terraform", bash(`T=${a(14)}.atlasv1.${a(60)}\n`)],
    ["Linear", bash(`T=lin_api_${a(40)}\n`)],
    ["Databricks", python(`k = "dapi${a(32)}"\n`)],
    ["Azure", bash(`C='AccountKey=${a(86)}=='\n`)],
    ["Atlassian", bash(`T=ATATT3xFfGF0${a(60)}\n`)],
    ["Telegram", bash(`T=123456789:AA${a(33)}\n`)],
    ["Google OAuth", bash(`T=GOCSPX-${a(28)}\n`)],
    ["Square", bash(`T=sq0atp-${a(22)}\n`)],
    ["xAI", bash(`T=xai-${a(80)}\n`)],
    ["Groq", bash(`T=gsk_${a(52)}\n`)],
    ["Discord", bash(`curl https://discord.com/api/webhooks/123456789012345678/${a(68)}\n`)],
    ["a registry", bash(`echo //registry.npmjs.org/:_authToken=${a(36)}\n`)],
    ["an AWS secret key", bash(`aws_secret_access_key = ${a(40)}\n`)],
  ]);
});
