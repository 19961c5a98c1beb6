import { expect, test } from "vitest";
import { absolute } from "../../server/src/diagnostics/span.ts";
import { type CheckNode, checkTree } from "../../server/src/ide/check-tree.ts";
import { Index } from "../../server/src/ide/index.ts";
import { analyseText } from "../support/stack.ts";
import { show } from "./stack.ts";

async function tree(files: string | Readonly<Record<string, string>>): Promise<string> {
  const snapshot = await analyseText(files);
  const index = new Index(snapshot);
  const lines = (nodes: readonly CheckNode[], margin = ""): readonly string[] =>
    nodes.flatMap(({ label, detail, span, step, children }) => [
      `${margin}${[label, detail].filter(Boolean).join(", ")} | ${step ?? "-"} | ${show(index, absolute(span))}`,
      ...lines(children, `${margin}  `),
    ]);
  return lines(checkTree(snapshot)).join("\n");
}

test("verify blocks and health checks are listed with the steps that run them", async () => {
  expect(
    await tree(`resource "service" "web" {
  command = ["node"]
  port    = 80
  health_check {
    path = "/"
  }
}
verify "http" "page" {
  url = service.web.url
}
`),
  ).toMatchInlineSnapshot(`
    "page, http | verify_http.page | main.cw:8 <verify "http" "page"> {
    web, health check | verify_http.web.health | main.cw:4 <health_check> {"
  `);
});

test("instances stand beneath their block, and all of a module's instance beneath that", async () => {
  expect(
    await tree({
      "main.cw": `module "site" {
  source   = "./site"
  for_each = { berlin = 1, lisbon = 2 }
}
resource "service" "web" {
  for_each = { "a.b" = 1 }
  command  = ["node"]
  port     = 80
  health_check {}
}
verify "command" "many" {
  count   = 2
  command = ["true"]
}
`,
      "site/main.cw": `module "deep" {
  source = "./deep"
}
`,
      "site/deep/main.cw": `verify "command" "one" {
  command = ["true"]
}
`,
    }),
  ).toMatchInlineSnapshot(`
    "site["berlin"], module | - | main.cw:1 <module "site"> {
      deep, module | - | site/main.cw:1 <module "deep"> {
        one, command | module.site["berlin"].module.deep.verify_command.one | site/deep/main.cw:1 <verify "command" "one"> {
    site["lisbon"], module | - | main.cw:1 <module "site"> {
      deep, module | - | site/main.cw:1 <module "deep"> {
        one, command | module.site["lisbon"].module.deep.verify_command.one | site/deep/main.cw:1 <verify "command" "one"> {
    many, command | - | main.cw:11 <verify "command" "many"> {
      [0] | verify_command.many[0] | main.cw:11 <verify "command" "many"> {
      [1] | verify_command.many[1] | main.cw:11 <verify "command" "many"> {
    web, health check | - | main.cw:9 <health_check> {}
      ["a.b"] | verify_http.web["a.b"].health | main.cw:9 <health_check> {}"
  `);
});

test("the checks of a stack's own kind are listed too, and what stands beside a broken block", async () => {
  expect(
    await tree(`kind "key" {
  script "ensure" {
    lang    = "bash"
    content = "true"
  }
  script "verify" {
    lang    = "bash"
    content = "true"
  }
}
resource "key" "fits" {}
verify "command" "one" {
  command = [
}
`),
  ).toMatchInlineSnapshot(`
    "one, command | verify_command.one | main.cw:12 <verify "command" "one"> {
    fits, key | verify_key.fits | main.cw:11 <resource "key" "fits"> {}"
  `);
});

test("every address is there once", async () => {
  const seen: string[] = [];
  const visit = (nodes: readonly CheckNode[]): void => {
    for (const { address, children } of nodes) {
      seen.push(address);
      visit(children);
    }
  };
  visit(
    checkTree(
      await analyseText(`resource "service" "web" {
  for_each = { a = 1, b = 2 }
  command  = ["node"]
  port     = 80
  health_check {}
}
verify "http" "web" {
  url        = "http://localhost"
  depends_on = [service.web]
}
`),
    ),
  );
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toHaveLength(4);
});
