import { expect, test } from "vitest";
import { dependencies } from "../../server/src/assembly/dependencies.ts";
import { analyseText } from "../support/stack.ts";

const graphOf = async (files: Parameters<typeof analyseText>[0]) =>
  dependencies((await analyseText(files)).ir);

test("edges say why: an attribute, depends_on, or that a check waits for everything", async () => {
  const { nodes, edges } = await graphOf(`
resource "file" "page" {
  path    = "a.html"
  content = "hi"
}
resource "service" "web" {
  command    = ["serve", file.page.path]
  depends_on = [volume.data]
}
resource "volume" "data" {}
verify "http" "up" {
  url = "http://localhost"
}`);
  expect(nodes.map(({ address, kind, isCheck, group }) => [address, kind, isCheck, group])).toEqual([
    ["file.page", "file", false, undefined],
    ["service.web", "service", false, undefined],
    ["volume.data", "volume", false, undefined],
    ["verify.http.up", "http", true, undefined],
  ]);
  expect(edges.map(({ from, to, reason }) => [from, to, reason])).toEqual([
    ["service.web", "file.page", { kind: "attribute", name: "command" }],
    ["service.web", "volume.data", { kind: "depends_on" }],
    ["verify.http.up", "file.page", { kind: "everything" }],
    ["verify.http.up", "service.web", { kind: "everything" }],
    ["verify.http.up", "volume.data", { kind: "everything" }],
  ]);
});

test("modules, their instances and the instances of a block are groups inside each other", async () => {
  const { nodes, groups } = await graphOf({
    "main.cw": `
module "site" {
  source   = "./site"
  for_each = { eu = 1, us = 2 }
}
module "one" {
  source = "./site"
}`,
    "site/main.cw": `
resource "volume" "data" {
  count = 2
}
resource "network" "lan" {}`,
  });
  expect(nodes.map(({ address, group }) => `${address} in ${group}`)).toEqual([
    "module.one.network.lan in module.one",
    "module.one.volume.data[0] in module.one.volume.data",
    "module.one.volume.data[1] in module.one.volume.data",
    'module.site["eu"].network.lan in module.site["eu"]',
    'module.site["eu"].volume.data[0] in module.site["eu"].volume.data',
    'module.site["eu"].volume.data[1] in module.site["eu"].volume.data',
    'module.site["us"].network.lan in module.site["us"]',
    'module.site["us"].volume.data[0] in module.site["us"].volume.data',
    'module.site["us"].volume.data[1] in module.site["us"].volume.data',
  ]);
  expect(groups.map(({ id, kind, parent }) => [id, kind, parent])).toEqual([
    ["module.one", "module", undefined],
    ["module.one.volume.data", "instances", "module.one"],
    ["module.site", "module", undefined],
    ['module.site["eu"]', "module", "module.site"],
    ['module.site["eu"].volume.data', "instances", 'module.site["eu"]'],
    ['module.site["us"]', "module", "module.site"],
    ['module.site["us"].volume.data', "instances", 'module.site["us"]'],
  ]);
});
