import { expect, test } from "vitest";
import { hover } from "../../server/src/ide/hover.ts";
import { type Marked, placeIn } from "../support/ide.ts";

async function hoverAt(marked: Marked): Promise<string> {
  const { snapshot, file, text, offset } = await placeIn(marked);
  const found = hover(snapshot, file, text, offset);
  return found ? `${text.slice(found.start, found.end)}\n${found.text}` : "nothing";
}

const stack = `
variable "port" {
  type        = number
  default     = 8080
  description = "Where it listens."
}
variable "password" {
  type      = string
  sensitive = true
  default   = "hunter2"
}
locals {
  url  = "http://localhost:\${var.port}"
  pass = "x\${var.password}"
}
resource "repository" "app" {
  url = "https://example.com/app.git"
}
resource "file" "each" {
  for_each = { a = 1 }
  path     = each.key
}
`;

const cases: readonly (readonly [name: string, marked: Marked])[] = [
  ["a kind", 'resource "serv<|>ice" "web" {\n}'],
  ["an attribute", 'resource "repository" "a" {\n  ur<|>l = "x"\n}'],
  ["an attribute of a nested block", 'resource "service" "a" {\n  port {\n    proto<|>col = "tcp"\n  }\n}'],
  ["an attribute of every resource", 'resource "file" "a" {\n  dep<|>ends_on = []\n}'],
  ["a block type", 'vari<|>able "a" {\n}'],
  ["a nested block", 'variable "a" {\n  valid<|>ation {\n  }\n}'],
  ["a function", 'locals {\n  a = jo<|>in("-", [])\n}'],
  ["a function that cannot be called", "locals {\n  a = time<|>stamp()\n}"],
  ["a variable with its value", `${stack}output "o" {\n  value = var.po<|>rt\n}`],
  [
    "a variable with a value from a file",
    { "main.cw": `${stack}output "o" {\n  value = var.po<|>rt\n}`, "clockwork.cwvars": "port = 9\n" },
  ],
  ["a sensitive variable", `${stack}output "o" {\n  value = var.pass<|>word\n}`],
  ["a local value", `${stack}output "o" {\n  value = local.u<|>rl\n}`],
  ["a local value with a sensitive part", `${stack}output "o" {\n  value = local.pa<|>ss\n}`],
  ["what is known after apply", `${stack}output "o" {\n  value = repository.app.work<|>dir\n}`],
  ["an attribute's value", `${stack}output "o" {\n  value = repository.app.ur<|>l\n}`],
  ["a resource", `${stack}output "o" {\n  value = repository.ap<|>p\n}`],
  ["an instance", `${stack}output "o" {\n  value = file.each["a"].pa<|>th\n}`],
  ["each.key", stack.replace("= each.key", "= each.k<|>ey")],
  ["a type", 'variable "a" {\n  type = li<|>st(string)\n}'],
  ["a root", `${stack}output "o" {\n  value = va<|>r.port\n}`],
  ["a keyword in a comment", "# vari<|>able"],
  ["text", 'locals {\n  a = "vari<|>able"\n}'],
  ["broken text", `${stack}output "o" {\n  value = foo(var.po<|>rt`],
];

test.each(cases)("%s", async (_, marked) => {
  expect(await hoverAt(marked)).toMatchSnapshot();
});

test("a module's output and a variable of the module", async () => {
  const files = {
    "main.cw": 'module "net" {\n  source = "./net"\n  si<|>ze = 1\n}\n',
    "net/main.cw":
      'variable "size" {\n  type = number\n  description = "How large."\n}\noutput "id" {\n  value = var.size\n}\n',
  };
  expect(await hoverAt(files)).toMatchInlineSnapshot(`
    "size
    \`\`\`clockwork
    variable "size": number
    \`\`\`

    How large.

    Value: \`1\`"
  `);
  const output =
    'module "net" {\n  source = "./net"\n  size = 1\n}\noutput "o" {\n  value = module.net.i<|>d\n}\n';
  expect(await hoverAt({ ...files, "main.cw": output })).toMatchInlineSnapshot(`
    "id
    \`\`\`clockwork
    output "id"
    \`\`\`

    Value: \`1\`"
  `);
});

test("no value of a sensitive variable is in any hover", async () => {
  const { snapshot, text } = await placeIn(
    `${stack}output "o" {\n  value = [var.password, local.pass]\n}<|>`,
  );
  const secret = text.indexOf("hunter2");
  for (let offset = 0; offset < text.length; offset++)
    expect(hover(snapshot, "main.cw", text, offset)?.text ?? "").not.toContain("hunter2");
  expect(secret).toBeGreaterThan(0);
});
