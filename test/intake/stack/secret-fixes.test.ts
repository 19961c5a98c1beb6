import { describe, expect, it } from "vitest";
import { applyFix } from "../../support/fixes.ts";
import { analyseText } from "../../support/stack.ts";

/** The file after the first fix of a secret in plain text; undefined where none is offered. */
async function mended(text: string): Promise<string | undefined> {
  const { diagnostics } = await analyseText({ "main.cw": text });
  const [problem, ...others] = diagnostics.filter(({ code }) => code === "plain-secret");
  expect([problem?.code, others.length]).toEqual(["plain-secret", 0]);
  return problem?.fix && applyFix({ "main.cw": text }, problem.fix)["main.cw"];
}

const github = `ghp_${"a1B2".repeat(9)}`;

describe("a secret in plain text is given from outside instead", () => {
  const cases: readonly [before: string, after: string][] = [
    [
      'variable "db_password" {\n  default = "x y"\n}\n',
      'variable "db_password" {\n  default = secret("env:DB_PASSWORD")\n}\n',
    ],
    [
      'locals {\n  a = { apiToken = "x y" }\n}\n',
      'locals {\n  a = { apiToken = secret("env:API_TOKEN") }\n}\n',
    ],
    [`locals {\n  a = "${github}"\n}\n`, 'locals {\n  a = secret("env:GITHUB_TOKEN")\n}\n'],
    [`locals {\n  my_token = "${github}"\n}\n`, 'locals {\n  my_token = secret("env:MY_TOKEN")\n}\n'],
    [
      `locals {\n  a = upper("Bearer ${github}, twice")\n}\n`,
      'locals {\n  a = upper("Bearer ${secret("env:GITHUB_TOKEN")}, twice")\n}\n',
    ],
    [
      `locals {\n  a = <<-EOT\n    x: ${github}\n  EOT\n}\n`,
      'locals {\n  a = <<-EOT\n    x: ${secret("env:GITHUB_TOKEN")}\n  EOT\n}\n',
    ],
    [
      'output "pwd" {\n  value = "x y"\n}\n',
      'output "pwd" {\n  sensitive = true\n  value = secret("env:PWD")\n}\n',
    ],
    [
      'output "pwd" {\n  value     = "x y"\n  sensitive = true\n}\n',
      'output "pwd" {\n  value     = secret("env:PWD")\n  sensitive = true\n}\n',
    ],
  ];
  it.each(cases)("%j", async (before, after) => expect(await mended(before)).toBe(after));

  it.each([
    `# ${github}\nlocals {\n}\n`,
    `locals {\n  a = 1 # ${github}\n}\n`,
    // What these are is known before anything is read.
    `variable "v" {\n  default     = "a"\n  description = "${github}"\n}\n`,
    `locals {\n  a = { "${github}" = 1 }\n}\n`,
  ])("but not where no value can come from outside: %j", async (text) =>
    expect(await mended(text)).toBeUndefined(),
  );
});
