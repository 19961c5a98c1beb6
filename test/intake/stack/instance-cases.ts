import type { Case } from "./case.ts";

const directory = 'resource "directory" "d" {\n  path = "d"\n}\n';
/** A folder each with another value of `count` or `for_each`. */
const given = (mode: string, values: readonly string[]): string =>
  values
    .map((v, i) => `resource "directory" "${mode}${i}" {\n  ${mode} = ${v}\n  path = "${i}"\n}\n`)
    .join("");

/** Problems of count, for_each, each and self. */
export const instanceCases: readonly Case[] = [
  {
    name: "counts that are no number of instances",
    given: given("count", ["1.5", "-1", "null", "{}", "sensitive(2)", "1000000"]),
    told: [
      "invalid-count: count: a whole number from 0 is required, this is 1.5 @1.5",
      "invalid-count: count: a whole number from 0 is required, this is -1 @-1",
      "invalid-count: count: the value is null @null",
      "invalid-count: count: a whole number is required, this is an object @{}",
      "invalid-count: count: the value is sensitive, and the keys of instances stand in plans and state @sensitive(2)",
      "invalid-count: count: with this the stack has more than 100000 instances @1000000",
    ],
  },
  {
    name: "what for_each cannot go through",
    given: given("for_each", ['["a"]', "null", "5", "toset([1])", "sensitive({})", 'toset(["a", null])']),
    told: [
      'invalid-for-each: for_each: a map or a set of strings is required, this is a tuple @["a"]',
      "invalid-for-each: for_each: the value is null @null",
      "invalid-for-each: for_each: a map or a set of strings is required, this is a number @5",
      "invalid-for-each: for_each: the items of a set must be strings, one of these is a number @toset([1])",
      "invalid-for-each: for_each: the value is sensitive, and the keys of instances stand in plans and state @sensitive({})",
      'invalid-for-each: for_each: the items of a set must be strings, one of these is null @toset(["a", null])',
    ],
  },
  {
    name: "keys that only a step knows",
    given: `resource "repository" "r" {\n  url = "x"\n}\n${given("for_each", ["toset([repository.r.commit])"])}${given("count", ["length(repository.r.commit)"])}`,
    told: [
      "not-known-yet: for_each: the keys of instances must be known while planning @toset([repository.r.commit])",
      "not-known-yet: count: the number of instances must be known while planning @length(repository.r.commit)",
    ],
  },
  {
    name: "both count and for_each",
    given: 'resource "directory" "d" {\n  count    = 1\n  for_each = {}\n  path     = "d"\n}',
    told: ['conflicting-attributes: A block has "count" or "for_each", not both @for_each'],
  },
  {
    name: "what a container cannot be given",
    given:
      'resource "service" "s" {\n  image  = "nginx"\n  writes = ["/srv"]\n}\nresource "service" "t" {\n  command = ["a"]\n  writes  = ["/srv"]\n}',
    told: ['conflicting-attributes: A service has "image" or "writes", not both @writes'],
  },
  {
    name: "each, count and self where there are none",
    given: `${directory.replace('"d"\n}', "each.value\n}")}locals {\n  a = count.index\n  b = self.path\n}\nresource "directory" "e" {\n  for_each = {}\n  path     = each.foo\n}`,
    told: [
      'unknown-reference: There is no "each" here, because the block has no for_each @each.value',
      'unknown-reference: There is no "count" here, because the block has no count @count.index',
      "unknown-reference: There is no self here @self",
      'unknown-reference: each has "key" and "value", not "foo" @foo',
    ],
  },
  {
    name: "instances without a key, keys without an instance, and an index too many",
    given:
      'resource "directory" "a" {\n  for_each = { x = 1 }\n  path     = each.key\n}\nresource "directory" "b" {\n  path = "b"\n}\nlocals {\n  a = directory.a.path\n  b = directory.b[0].path\n  c = directory.a["y"].path\n}\nresource "directory" "c" {\n  path       = "c"\n  depends_on = [directory.a["z"]]\n}',
    told: [
      "unknown-output: directory.a has for_each: which of its instances is meant? @a.path",
      "unknown-output: directory.b has neither count nor for_each, so there is no index @[0]",
      'invalid-expression: The object has no key "y" @"y"',
      'unknown-resource: There is no directory.a["z"] in the stack @directory.a["z"]',
    ],
  },
  {
    name: "mistakes inside a block without instances",
    given: 'resource "directory" "a" {\n  for_each = {}\n  path     = "${each.value.a.b}-${var.nope}"\n}',
    told: ['unknown-variable: There is no variable called "nope" @nope'],
  },
  {
    name: "circles through instances",
    given:
      'resource "file" "a" {\n  for_each = toset([local.x])\n  path     = each.key\n  content  = ""\n}\nlocals {\n  x = file.a["x"].path\n}\nresource "file" "b" {\n  path    = self.content\n  content = self.path\n}\nresource "file" "c" {\n  path    = self.path\n  content = ""\n}',
    told: [
      "cycle: These depend on each other in a circle: file.a.for_each → local.x → file.a.for_each @for_each",
      "cycle: These depend on each other in a circle: file.b.content → file.b.path → file.b.content @content",
      "cycle: file.c.path depends on itself @path",
    ],
  },
  {
    name: "what only the own step knows",
    given:
      'resource "service" "s" {\n  command = ["x", self.id, self.idd, self]\n  port    = 1\n  health_check {\n    url = "${self.url}/x"\n  }\n}',
    told: [
      "not-known-yet: self.id is known only when this block's own step has run @id",
      'unknown-output: A service has no attribute or output "idd" @idd',
      'unknown-reference: "self" alone is no value @self',
    ],
  },
  {
    name: "dynamic blocks",
    given: `resource "service" "s" {\n  image = "x:1"\n  dynamic "port" {\n    for_each = 5\n    content {\n      external = port.value\n      internal = nope.value\n    }\n  }\n  dynamic "prot" {\n    for_each = []\n    content {}\n  }\n  dynamic {}\n  dynamic "mount" {\n    labels = []\n    iterator = "m"\n  }\n  dynamic "logging" {\n    for_each = ["a", "b"]\n    content {\n      drivr = "x"\n    }\n  }\n}\nresource "service" "t" {\n  image = "x:1"\n  dynamic "port" {\n    for_each = [1, 100000]\n    content {\n      external = port.value\n      internal = port.valu\n    }\n  }\n}`,
    told: [
      "invalid-for-each: for_each: a number cannot be gone through @5",
      'unexpected-block: A service has no block "prot" @"prot"',
      "wrong-labels: A dynamic block has one label: the type of the blocks that it makes @dynamic",
      'unknown-attribute: A dynamic block has no "labels" @labels',
      'missing-attribute: This dynamic block needs "for_each" @dynamic',
      'missing-attribute: This dynamic block needs "content" @dynamic',
      'invalid-value: iterator: a name is required, without quotes @"m"',
      'unknown-attribute: A logging block has no attribute "drivr" @drivr',
      'invalid-value: There is more than one "logging" block @"logging"',
      'invalid-expression: This object has no attribute "valu" @valu',
      "invalid-value: ports[1].external: 100000 is not a whole number from 1 to 65535 @port.value",
    ],
  },
];
