import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cli, stackFolder } from "../support/cli.ts";

const stack = (script: string) => `kind "note" {
  description = "A note."
  script "ensure" {
    lang    = "bash"
    content = <<-EOT
      ${script}
    EOT
  }
  script "remove" {
    lang    = "bash"
    content = "true"
  }
}

resource "note" "a" {}

resource "directory" "z" {
  path = "z"
}
`;

test("an edited artifact that does not parse is not run: build, check and apply say where", async () => {
  const cwd = await stackFolder({ "main.cw": stack("true") });
  expect((await cli(["build"], { cwd })).code).toBe(0);
  const path = join(cwd, ".clockwork/build/scripts/ensure_directory.z.mjs");
  const generated = await readFile(path, "utf8");
  await writeFile(path, `${generated}const x = ;\n`);
  const line = generated.split("\n").length;
  for (const command of [["build"], ["check"], ["apply", "--yes"]]) {
    const { code, stderr } = await cli(command, { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain(
      `error[C-SYNTAX]: Artifact "scripts/ensure_directory.z.mjs" is no valid JavaScript in line ${line}: Unexpected token`,
    );
  }
  await writeFile(path, `${generated}// mine\n`);
  expect(await cli(["apply", "--yes"], { cwd })).toMatchObject({ code: 0, stderr: "" });
});

test("so is the script of a kind of the stack's own", async () => {
  const cwd = await stackFolder({ "main.cw": stack("if true; then") });
  const built = await cli(["build"], { cwd });
  expect(built.code).toBe(1);
  expect(built.stderr).toContain('is no valid bash in line 2: "then" must be followed by a statement list');
  expect((await cli(["apply", "--yes"], { cwd })).code).toBe(1);
  await writeFile(join(cwd, "main.cw"), stack("true"));
  expect((await cli(["apply", "--yes"], { cwd })).code).toBe(0);
});

test("a bundle's scripts are read too", async () => {
  const actions = { version: "1", steps: [{ name: "verify_file", args: { path: "x" } }] };
  const artifact = {
    path: "scripts/a.sh",
    mode: "0755",
    purpose: "verify_file",
    lang: "bash",
    content: "if\n",
  };
  const steps = [{ purpose: "verify_file", run: { cmd: ["bash", artifact.path] } }];
  const bundle = { version: "1", artifacts: [artifact], steps, vars: {} };
  const cwd = await stackFolder({ "a.json": JSON.stringify(actions), "b.json": JSON.stringify(bundle) });
  const { code, stderr } = await cli(["check", "b.json", "--actions", "a.json"], { cwd });
  expect(code).toBe(1);
  expect(stderr).toContain("C-SYNTAX");
});
