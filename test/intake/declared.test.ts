import { expect, test } from "vitest";
import { declared, declaredModule } from "../../server/src/intake/declared.ts";
import { analyseText } from "../support/stack.ts";

const files = {
  "main.cw": `
module "site" {
  source   = "./site"
  for_each = { eu = 1 }
}
resource "service" "web" {
  for_each = { a = 1 }
  command  = ["run"]
  port     = 80
  health_check {}
}
verify "http" "up" {
  url = "http://x"
}`,
  "site/main.cw": `
module "inner" {
  source = "./inner"
}`,
  "site/inner/main.cw": `
resource "volume" "data" {}`,
};

test.each([
  ['service.web["a"]', "main.cw service.web"],
  // The block is there, the instance is not.
  ['service.web["gone"]', "main.cw service.web"],
  ["verify.http.up", "main.cw verify.http.up"],
  ['verify.http.web["a"].health', "main.cw service.web"],
  ["verify.service.web", "main.cw service.web"],
  ['module.site["eu"].module.inner.volume.data', "site/inner/main.cw volume.data"],
  ["module.site.module.inner.volume.data", "site/inner/main.cw volume.data"],
  ["module.gone.volume.data", undefined],
  ["service.gone", undefined],
  ["verify.http.gone", undefined],
])("%s is declared by %s", async (address, expected) => {
  const { folders } = await analyseText(files);
  const block = declared(folders[0], address);
  const [kind, name] = block?.block.labels ?? [];
  const keyword = block?.block.keyword.name === "verify" ? "verify." : "";
  expect(block && `${block.origin.file} ${keyword}${kind?.value}.${name?.value}`).toBe(expected);
});

test("a module's block, by the module's address with or without its key", async () => {
  const { folders } = await analyseText(files);
  const found = (address: string) => declaredModule(folders[0], address)?.origin.file;
  expect(found("module.site")).toBe("main.cw");
  expect(found('module.site["eu"]')).toBe("main.cw");
  expect(found('module.site["eu"].module.inner')).toBe("site/main.cw");
  expect(found("module.gone")).toBeUndefined();
});
