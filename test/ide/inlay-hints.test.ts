import { expect, test } from "vitest";
import { type HintSettings, inlayHints } from "../../server/src/ide/inlay-hints.ts";
import { analyseText } from "../support/stack.ts";

const all: HintSettings = { references: true, variables: true };

/** The text with its hints in it. */
async function withHints(files: string | Readonly<Record<string, string>>, settings = all): Promise<string> {
  const snapshot = await analyseText(files);
  const text = typeof files === "string" ? files : (files["main.cw"] ?? "");
  const hints = inlayHints(snapshot, "main.cw", text, { start: 0, end: text.length }, settings);
  return [...hints]
    .sort((a, b) => b.offset - a.offset)
    .reduce((shown, { offset, label }) => `${shown.slice(0, offset)}«${label}»${shown.slice(offset)}`, text);
}

const stack = `variable "port" {
  type    = number
  default = 8080
}
variable "password" {
  default   = "hunter2"
  sensitive = true
}
locals {
  url  = "http://localhost:\${var.port}/"
  list = [var.port]
  long = join("", [for i in range(30) : "abc"])
}
resource "repository" "app" {
  url = local.url
  ref = local.long
}
resource "file" "f" {
  for_each = { a = var.port }
  path     = each.key
  content  = "\${var.password} \${repository.app.workdir} \${repository.app.url}"
}
output "o" {
  value = [local.list, file.f["a"].mode, file.f]
}
`;

test("short values stand behind the references to them", async () => {
  expect(await withHints(stack)).toMatchInlineSnapshot(`
    "variable "port" {
      type    = number
      default = 8080
    }
    variable "password" {
      default   = "hunter2"
      sensitive = true
    }
    locals {
      url  = "http://localhost:\${var.port«= 8080»}/"
      list = [var.port«= 8080»]
      long = join("", [for i in range(30) : "abc"])
    }
    resource "repository" "app" {
      url = local.url«= "http://localhost:8080/"»
      ref = local.long«= "abcabcabcabcabcabcabcabcabcabcabcabcabc…»
    }
    resource "file" "f" {
      for_each = { a = var.port«= 8080» }
      path     = each.key
      content  = "\${var.password«= (sensitive)»} \${repository.app.workdir} \${repository.app.url«= "http://localhost:8080/"»}"
    }
    output "o" {
      value = [local.list, file.f["a"].mode, file.f]
    }
    "
  `);
});

test("a variable whose value is not its default", async () => {
  const text = stack.slice(0, stack.indexOf("locals"));
  const files = { "main.cw": text, "clockwork.cwvars": 'port = 1\npassword = "secret"\n' };
  const shown = await withHints(files);
  expect(shown).toContain("default = 8080«= 1»");
  expect(shown).not.toContain("secret»");
});

test("each sort can be switched off", async () => {
  expect(await withHints(stack, { references: false, variables: false })).toBe(stack);
});

test("a long value is whole in what can be asked for", async () => {
  const snapshot = await analyseText(stack);
  const hints = inlayHints(snapshot, "main.cw", stack, { start: 0, end: stack.length }, all);
  const long = hints.find((h) => h.more);
  expect(long?.label.length).toBeLessThan(50);
  expect(long?.more?.()).toBe(`"${"abc".repeat(30)}"`);
});

test("none where the snapshot is of another text", async () => {
  const snapshot = await analyseText(stack);
  expect(inlayHints(snapshot, "main.cw", ` ${stack}`, { start: 0, end: 9_999 }, all)).toEqual([]);
});
