import { describe, expect, test } from "vitest";
import { definitions, typeDefinitions } from "../../server/src/ide/definition.ts";
import { indexOf, marked, show } from "./stack.ts";

describe("a definition", () => {
  test.each([
    ["var.im@age}", ['main.cw:1 variable "<image>" {']],
    ["local.t@ag]", ['main.cw:6 <tag>  = "${var.image}:1"']],
    ["${t@}", ['main.cw:7 tags = [for i, <t> in [local.tag] : "${i}${t}"]']],
    ["app.on@e,", ['main.cw:27 resource "app" "<one>" {']],
    ["[a@pp.one", ['main.cw:30 kind "<app>" {']],
    ['"volume.da@ta"', ['main.cw:23 resource "volume" "<data>" {']],
    ["port.va@lue", []],
    ["= po@rt.value", ['main.cw:12 dynamic "<port>" {']],
    ["[ima@ge]", ["main.cw:10 <image>      = local.tag"]],
    ["each.k@ey", ["main.cw:24 <for_each> = { a = 1 }"]],
    ["app.one.si@ze", ["main.cw:28 <size> = 1"]],
    ["app.one.addr@ess", ['main.cw:34 output "<address>" {}']],
    ["verify.http.up@2", ['main.cw:40 verify "http" "<up2>" {']],
    ["module.n@et", ['main.cw:43 module "<net>" {']],
    ["module.net.i@d", ['net/main.cw:6 output "<id>" {']],
    ["nam@e   = var", ['net/main.cw:1 variable "<name>" {}']],
    ["./ne@t", ['net/main.cw:1 <>variable "name" {}']],
    ["a.t@xt", ["a.txt"]],
    ['data["a"].na@me', ["main.cw:25 <name>     = each.key"]],
    ["to   = service.we@b", ['main.cw:9 resource "service" "<web>" {']],
    ["from = service.ol@d", []],
    ['ima@ge = "caddy"', ['main.cw:1 variable "<image>" {']],
    ["network.l@an.id", ['net/main.cw:3 resource "network" "<lan>" {']],
    ["service.web.u@rl", []],
  ])("of %s", async (at, expected) => {
    const { index, place } = await indexOf(marked(at));
    expect(definitions(index, place).map((d) => show(index, d.at))).toEqual(expected);
  });

  test("is found while the text around is half typed", async () => {
    const { index, place } = await indexOf(
      'variable "a" {}\nresource "file" "b" {\n  path = var.<|>a\n  content = var.',
    );
    expect(definitions(index, place).map((d) => show(index, d.at))).toEqual(['main.cw:1 variable "<a>" {}']);
  });

  test("has all that the name stands for", async () => {
    const { index, place } = await indexOf('output "o" {\n  value = var.<|>a\n}\nvariable "a" {\n}\n');
    const [found] = definitions(index, place);
    expect(found?.whole).toEqual({ file: "main.cw", start: 31, end: 47 });
  });

  test("of a for variable is the innermost one", async () => {
    const { index, place } = await indexOf("locals {\n  a = [for x in [1] : [for x in [x] : <|>x]]\n}\n");
    expect(definitions(index, place).map((d) => show(index, d.at))).toEqual([
      "main.cw:2 a = [for x in [1] : [for <x> in [x] : x]]",
    ]);
  });
});

describe("a type's definition", () => {
  test.each([
    ["app.on@e,", ['main.cw:30 kind "<app>" {']],
    ["app.one.si@ze", ['main.cw:31 attribute "<size>" {']],
    ["var.im@age}", ["main.cw:2 type    = <string>"]],
    ["module.n@et", ['net/main.cw:1 <>variable "name" {}']],
    ["service.we@b.url", []],
  ])("of %s", async (at, expected) => {
    const { index, place } = await indexOf(marked(at));
    expect(typeDefinitions(index, place).map((d) => show(index, d.at))).toEqual(expected);
  });
});
