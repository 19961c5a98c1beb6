import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, stackFolder } from "../support/cli.ts";

const token = "canary-91fe/b 'x'";
const password = "heron-0c77d1";

/** Says what it was given, and which processes that it can see have the secret in their environment or arguments. */
const look = `
mkdir -p out
sleep 30 & child=$!
node -e 'setTimeout(() => {}, 30000)' & other=$!
{ grep -laFf "$1" /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null || :; } > out/seen
kill "$child" "$other"
`;

const stack = (capabilities: string) => `
kind "login" {
  attribute "name" {
    type = string
  }
  attribute "token" {
    type = string
  }
  attribute "access" {
    type = any
  }
  capabilities {
    writes  = ["out"]
${capabilities}
  }
  script "ensure" {
    lang    = "bash"
    content = file("ensure.sh")
  }
  script "observe" {
    lang    = "bash"
    content = "test -z \\"$(env | grep -E '^CW_(TOKEN|ACCESS)' || :)\\""
  }
  script "remove" {
    lang    = "bash"
    content = "rm -f out/*"
  }
}
variable "password" {
  type      = string
  sensitive = true
}
resource "login" "site" {
  name   = "in the open"
  token  = secret("env:MY_TOKEN")
  access = { user = "me", password = var.password }
}
`;

async function started(capabilities: string, ensure: string) {
  const cwd = await stackFolder({ "main.cw": stack(capabilities), "ensure.sh": ensure });
  const env = { MY_TOKEN: token, CLOCKWORK_VAR_password: password };
  const run = (args: string[], further: Readonly<Record<string, string>> = {}) =>
    cli(args, { cwd, env: { ...env, ...further } });
  const out = (name: string) => readFile(join(cwd, "out", name), "utf8");
  return { cwd, run, out };
}

const fromFiles = `set -eu
set -- "$CW_TOKEN_FILE"
${look}
echo "\${CW_NAME} \${CW_TOKEN-unset} \${CW_ACCESS-unset}" > out/plain
cp "$CW_TOKEN_FILE" out/token
python3 -I -c 'import json, os; print(json.load(open(os.environ["CW_ACCESS_FILE"]))["password"])' > out/password
chmod u+w out/token
`;

describe("a script of the stack's own kind", () => {
  it.each(["", "none"])(
    "finds secrets in files and no process shows them; CLOCKWORK_SANDBOX=%j",
    async (sandbox) => {
      const { run, out, cwd } = await started("", fromFiles);
      const further = { CLOCKWORK_SANDBOX: sandbox };
      const applied = await run(["apply", "--yes"], further);
      expect({ code: applied.code, stderr: applied.stderr }).toEqual({ code: 0, stderr: "" });
      expect(await out("token")).toBe(token);
      expect(await out("password")).toBe(`${password}\n`);
      expect(await out("plain")).toBe("in the open unset unset\n");
      expect(await out("seen")).toBe("");
      expect((await run(["plan", "--refresh"], further)).stdout).toContain("Nothing to do");
      expect((await run(["explain", "login.site"])).stdout).toContain(
        "ENSURE_LOGIN_SITE_TOKEN (in the file ENSURE_LOGIN_SITE_TOKEN_FILE)",
      );
      expect(await readdir(join(cwd, ".clockwork", "work"))).toEqual(["home"]);
      expect((await run(["destroy", "--yes"], further)).code).toBe(0);
    },
  );

  it("finds them in its environment where the kind says so", async () => {
    const { run, out } = await started(
      '    secrets = "env"',
      `set -eu\n${look.replace('"$1"', '<(printf "%s" "$CW_TOKEN")')}\necho "\${CW_TOKEN_FILE-unset} $CW_ACCESS" > out/plain\nprintf '%s' "$CW_TOKEN" > out/token\n`,
    );
    const applied = await run(["apply", "--yes"]);
    expect({ code: applied.code, stderr: applied.stderr }).toEqual({ code: 0, stderr: "" });
    expect(await out("token")).toBe(token);
    expect(await out("plain")).toBe(`unset {"password":"${password}","user":"me"}\n`);
    expect(await out("seen")).not.toBe("");
    expect((await run(["explain", "login.site"])).stdout).not.toContain("_FILE");
  });

  it("is refused before anything runs where it looks for one in its environment", async () => {
    const { run, cwd } = await started("", 'mkdir out\necho "$CW_TOKEN" > out/token\n');
    const applied = await run(["apply", "--yes"]);
    expect(applied.code).not.toBe(0);
    expect(applied.stderr).toContain("error[C-ENV]");
    expect(applied.stderr).toContain("CW_TOKEN_FILE");
    expect(await readdir(cwd)).not.toContain("out");
  });

  it("is not started where an attribute has the name of a secret's file", async () => {
    const { run, cwd } = await started("", 'mkdir out\ncat "$CW_TOKEN_FILE" > out/token\n');
    const path = join(cwd, "main.cw");
    const text = await readFile(path, "utf8");
    await writeFile(
      path,
      text
        .replace(
          '  attribute "access" {',
          '  attribute "token_file" {\n    type = string\n  }\n  attribute "access" {',
        )
        .replace('  name   = "in', '  token_file = "x"\n  name   = "in'),
    );
    const applied = await run(["apply", "--yes"]);
    expect(applied.code).toBe(3);
    expect(applied.stdout + applied.stderr).toContain(
      "CW_TOKEN_FILE both for its own value and for where the secret CW_TOKEN is",
    );
    expect(await readdir(cwd)).not.toContain("out");
  });
});
