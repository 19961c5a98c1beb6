import type { Case } from "./case.ts";

/** A stack with one module in `m`. */
const withModule = (main: string, module: string): Readonly<Record<string, string>> => ({
  "main.cw": main,
  "m/main.cw": module,
});

/** Problems of modules. */
export const moduleCases: readonly Case[] = [
  {
    name: "sources that are no folder of the stack",
    given: {
      "main.cw": ["acme/net/aws", "/net", "../net", "git::x", "./gone", "./file"]
        .map((source, i) => `module "m${i}" {\n  source = "${source}"\n}\n`)
        .join("")
        .concat(
          'module "n" {}\nmodule "v" {\n  source = "./${1}"\n}\nmodule "e" {\n  source = "./empty"\n}\n',
        ),
      file: "",
      "empty/readme.md": "",
    },
    told: [
      'invalid-module: The source "acme/net/aws" is no folder of the stack @"acme/net/aws"',
      'invalid-module: The source "/net" is no folder of the stack @"/net"',
      'invalid-module: The source "../net" leads out of the stack\'s folder @"../net"',
      'invalid-module: The source "git::x" is no folder of the stack @"git::x"',
      'invalid-module: The module\'s folder "gone" does not exist @"./gone"',
      'invalid-module: The module\'s folder "file" is no folder @"./file"',
      'missing-attribute: This module needs "source" @module "n"',
      'invalid-module: source is a text in quotes, without references @"./${1}"',
      'invalid-module: The module\'s folder "empty" has no .cw file @"./empty"',
    ],
  },
  {
    name: "modules that contain themselves",
    given: {
      "main.cw": 'module "a" {\n  source = "./a"\n}\n',
      "a/main.cw": 'module "b" {\n  source = "./b"\n}\nmodule "me" {\n  source = "."\n}\n',
      "a/b/main.cw": 'module "root" {\n  source = "../.."\n}\nmodule "a" {\n  source = "../"\n}\n',
    },
    told: [
      'invalid-module: The module "root" would contain itself: the stack → a → a/b → the stack @module "root"',
      'invalid-module: The module "a" would contain itself: a → a/b → a @module "a"',
      'invalid-module: The module "me" would contain itself: a → a @module "me"',
    ],
  },
  {
    name: "values that are missing, too many or of another type",
    given: withModule(
      'module "m" {\n  source = "./m"\n  colour = "x"\n  extra = 1\n  size = "big"\n  version = "1"\n  size = 2\n  inner {}\n}\nmodule "m" {\n  source = "./m"\n}\n',
      'variable "color" {}\nvariable "size" {\n  type = number\n}\nvariable "other" {\n  description = "What else."\n}\n',
    ),
    told: [
      'unknown-attribute: The module in m has no variable "colour" @colour',
      'unknown-attribute: The module in m has no variable "extra" @extra',
      'missing-attribute: The module "m" needs "other" @module "m"',
      'invalid-variable: The value of variable "size" does not fit its type: a number is required, "big" is none @"big"',
      'unknown-attribute: A module block has no "version" @version',
      'duplicate-attribute: "size" is set twice @size',
      'unexpected-block: A module block has no block "inner" @inner',
      'duplicate-name: There is a second module "m" @module "m"',
    ],
  },
  {
    name: "names that are not where they are looked for",
    given: withModule(
      'variable "v" {\n  default = 1\n}\nlocals {\n  l = module.m.nam\n  o = module.n.name\n  i = module.m[0].name\n  k = module.k.name\n  a = module\n}\nmodule "m" {\n  source = "./m"\n}\nmodule "k" {\n  source = "./m"\n  count = 2\n}\nresource "directory" "outside" {\n  path = "x"\n}\n',
      'output "name" {\n  value = "${var.v}${local.l}${directory.outside.path}"\n}\n',
    ),
    told: [
      'unknown-output: The module in m has no output "nam" @nam',
      'unknown-module: There is no module called "n" @n',
      "unknown-output: module.m has neither count nor for_each, so there is no index @[0]",
      "unknown-output: module.k has count: which of its instances is meant? @k.name",
      'unknown-reference: "module" alone is no value @module',
      'unknown-variable: There is no variable called "v" @v',
      'unknown-local: There is no local value called "l" @l',
      'unknown-resource: There is no directory called "outside" @outside',
    ],
  },
  {
    name: "the same mistake in a hundred instances once, and in none at all",
    given: withModule(
      'module "m" {\n  source = "./m"\n  count  = 100\n}\nmodule "none" {\n  source = "./n"\n  for_each = {}\n  v = each.value.x\n}\n',
      'resource "directory" "d" {\n  path = local.nope\n}\n',
    ),
    told: [
      'invalid-module: The module\'s folder "n" does not exist @"./n"',
      'unknown-local: There is no local value called "nope" @nope',
    ],
  },
  {
    name: "mistakes in a module without instances",
    given: withModule(
      'module "none" {\n  source = "./m"\n  for_each = {}\n  v = each.value.x\n}\n',
      'variable "v" {\n  type = map(string)\n}\nresource "directory" "d" {\n  for_each = var.v\n  path = "${each.key}${each.value}${var.unheard}"\n}\n',
    ),
    told: ['unknown-variable: There is no variable called "unheard" @unheard'],
  },
  {
    name: "circles through modules",
    given: withModule(
      'module "m" {\n  source = "./m"\n  v = local.l\n}\nlocals {\n  l = module.m.o\n}\nmodule "n" {\n  source = "./m"\n  for_each = toset([module.n["x"].o])\n  v = 1\n}\n',
      'variable "v" {}\noutput "o" {\n  value = var.v\n}\n',
    ),
    told: [
      "cycle: These depend on each other in a circle: local.l → module.m.output.o → module.m.var.v → local.l @l",
      "cycle: module.n.for_each depends on itself @for_each",
    ],
  },
  {
    name: "validations of a module's variables",
    given: withModule(
      'module "m" {\n  source = "./m"\n  port = 0\n}\n',
      'variable "port" {\n  validation {\n    condition = var.port > 0\n    error_message = "No port."\n  }\n}\n',
    ),
    told: ['validation-failed: variable "port": No port. @0'],
  },
];
