import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type AnalysisOptions, analyse } from "../../../server/src/analyse.ts";
import type { Diagnostic } from "../../../server/src/diagnostics/diagnostic.ts";
import { absolute, type Span } from "../../../server/src/diagnostics/span.ts";
import { memoryHost } from "../../../server/src/host/memory.ts";
import { noInputs, type VariableInputs } from "../../../server/src/intake/load.ts";
import { faultsOfFixes } from "../../support/fixes.ts";
import { planText, testGrammar } from "../../support/stack.ts";
import type { Case } from "./case.ts";
import { instanceCases } from "./instance-cases.ts";
import { kindCases } from "./kind-cases.ts";
import { lifecycleCases } from "./lifecycle-cases.ts";
import { lintCases } from "./lint-cases.ts";
import { moduleCases } from "./module-cases.ts";

const flag = (name: string, text: string): Partial<VariableInputs> => ({ flags: [{ name, text }] });
const directory = 'resource "directory" "d" {\n  path = "d"\n}\n';

const cases: readonly Case[] = [
  // Blocks.
  { name: "a folder without files", given: {}, told: ["no-files: There is no .cw file in this folder"] },
  {
    name: "an unknown block",
    given: 'resorce "directory" "d" {\n  path = "d"\n}',
    told: ['unknown-block: There is no block of type "resorce" @resorce'],
  },
  {
    name: "a kind in the place of a block",
    given: 'service "web" {\n  command = ["x"]\n}',
    told: ['unknown-block: There is no block of type "service" @service'],
  },
  {
    name: "an unknown kind, whose references are no second problem",
    given:
      'resource "serivce" "web" {}\nresource "file" "f" {\n  path       = "f"\n  content    = serivce.web.url\n  depends_on = [serivce.web]\n}',
    told: ['unknown-kind: There is no kind of resource called "serivce" @"serivce"'],
  },
  {
    name: "an unknown check",
    given: 'verify "htpp" "up" {}\nverify "image" "up" {}',
    told: [
      'unknown-kind: There is no check called "htpp" @"htpp"',
      'unknown-kind: There is no check called "image" @"image"',
    ],
  },
  {
    name: "labels that are too few, too many, no names, or too long",
    given: `resource "file" {}\nlocals "x" {}\nresource "directory" "a b" {\n  path = "a"\n}\nresource "directory" "" {\n  path = "b"\n}\nresource "directory" "${"n".repeat(101)}" {\n  path = "c"\n}`,
    told: [
      "wrong-labels: A resource block has 2 labels, this one has 1 @resource",
      'wrong-labels: A locals block has no label, this one has 1 @"x"',
      'wrong-labels: "a b" is not a name @"a b"',
      'wrong-labels: "" is not a name @""',
      `wrong-labels: A name has at most 100 characters, this one 101 @"${"n".repeat(101)}"`,
    ],
  },
  {
    name: "a label on a nested block",
    given:
      'resource "service" "s" {\n  command = ["x"]\n  port "a" {\n    external = 1\n    internal = 1\n  }\n}',
    told: ['wrong-labels: A port block has no label @"a"'],
  },
  {
    name: "two things of one name, over files",
    given: {
      "a.cw": `${directory}variable "v" {\n  default = 1\n}\nlocals {\n  l = 1\n}\noutput "o" {\n  value = 1\n}\nclockwork {}\n`,
      "b.cw": `${directory.replace('"d"\n', '"e"\n')}variable "v" {\n  default = 1\n}\nlocals {\n  l = 1\n}\noutput "o" {\n  value = 1\n}\nclockwork {}\n`,
    },
    told: [
      'duplicate-name: There is a second resource "directory" "d" @resource "directory" "d"',
      'duplicate-name: There is a second variable "v" @variable "v"',
      'duplicate-name: There is a second local value "l" @l',
      'duplicate-name: There is a second output "o" @output "o"',
      "duplicate-name: There is a second clockwork block @clockwork",
    ],
  },
  {
    name: "a name that is taken",
    given: 'variable "count" {\n  default = 1\n}',
    told: ['reserved-name: A variable cannot be called "count" @"count"'],
  },
  // Attributes.
  {
    name: "mistyped attributes, which are not missing too",
    given:
      'resource "directory" "d" {\n  pth = "d"\n}\nvariable "v" {\n  defalt = 1\n}\noutput "o" {\n  vaule = 1\n}\na = 1',
    told: [
      'unknown-attribute: A directory has no attribute "pth" @pth',
      'unknown-attribute: A variable block has no "defalt" @defalt',
      'unknown-attribute: An output block has no "vaule" @vaule',
      'unknown-attribute: "a" stands outside of any block @a',
    ],
  },
  {
    name: "blocks where there are none",
    given:
      'resource "directory" "d" {\n  path = "d"\n  port {}\n  mode {}\n}\nlocals {\n  b {}\n}\nvariable "v" {\n  default = 1\n  b {}\n}\noutput "o" {\n  value = 1\n  b {}\n}',
    told: [
      'unexpected-block: A directory has no block "port" @port',
      'unexpected-block: "mode" is an attribute, not a block @mode',
      'unexpected-block: A locals block holds values only, not "b" blocks @b',
      'unexpected-block: A variable block has no "b" @b',
      'unexpected-block: An output block has no "b" @b',
    ],
  },
  {
    name: "what is missing, null or not",
    given:
      'resource "directory" "d" {}\nresource "directory" "e" {\n  path = null\n}\nresource "service" "s" {}\nresource "service" "t" {\n  image   = null\n  command = null\n}\noutput "o" {}\nresource "service" "u" {\n  command = ["x"]\n  health_check {}\n  port {\n    external = 1\n  }\n}\nresource "service" "v" {\n  command = ["x"]\n  health_check {}\n}',
    told: [
      'missing-attribute: This directory needs "path" @resource "directory" "d"',
      'missing-attribute: "path" is required and must not be null @path',
      'missing-attribute: This service needs "image" or "command" @resource "service" "s"',
      'missing-attribute: This service needs "image" or "command" @image',
      'missing-attribute: This output needs "value" @output "o"',
      'missing-attribute: This port needs "internal" @port',
      'missing-attribute: This health_check needs "url", because the service publishes no port @health_check',
    ],
  },
  {
    name: "what is there twice",
    given:
      'resource "directory" "d" {\n  path = "d"\n  path = "e"\n}\nresource "service" "s" {\n  command = ["x"]\n  env = {}\n  environment = {}\n  logging {}\n  logging {}\n}\nvariable "v" {\n  default = 1\n  default = 2\n}\noutput "o" {\n  value = 1\n  value = 2\n}',
    told: [
      'duplicate-attribute: "path" is set twice @path',
      'duplicate-attribute: "env" is set twice @environment',
      'duplicate-attribute: There is a second "logging" block @logging',
      'duplicate-attribute: "default" is set twice @default',
      'duplicate-attribute: "value" is set twice @value',
    ],
  },
  {
    name: "what excludes each other, unless it is null",
    given:
      'resource "service" "s" {\n  image   = "a"\n  command = ["x"]\n}\nresource "service" "t" {\n  image   = null\n  command = ["x"]\n}\nresource "service" "u" {\n  command = ["x"]\n  ports   = []\n  port {\n    external = 1\n    internal = 1\n  }\n}',
    told: [
      'conflicting-attributes: A service has "image" or "command", not both @command',
      'conflicting-attributes: ports is given both as an attribute and as "port" blocks @port',
    ],
  },
  {
    name: "sensitive values where they would be shown, or that do not fit",
    given: `variable "pw" {
  sensitive = true
  default   = "canary"
}
output "o" {
  value = "x \${var.pw}"
}
resource "directory" "d" {
  path    = "d"
  mode    = var.pw
  timeout = var.pw
}
resource "service" "s" {
  command = var.pw
}
resource "directory" "e" {
  path = "e"
  mode = secret("vault:x")
}
resource "directory" "f" {
  path = secret("env:A B")
}
`,
    told: [
      'sensitive-value: The value of this output is sensitive, and outputs are shown @"x ${var.pw}"',
      "invalid-value: mode: this sensitive value cannot be right @var.pw",
      "sensitive-value: timeout must not be sensitive @var.pw",
      "wrong-type: command: a list(string) is required, the sensitive value is none @var.pw",
      'wrong-arguments: secret: where it comes from is missing, write "env:DB_PASSWORD", "file:/run/secrets/db", "cmd:pass show db" @"vault:x"',
      'wrong-arguments: secret: it names nothing, write "env:DB_PASSWORD" @"env:A B"',
    ],
  },
  {
    name: "outputs that are wrong",
    given: `${directory}output "o" {
  value      = 1
  depends_on = [directory.x]
  precondition {
    condition     = local.n > 1
    error_message = "n is only \${local.n}"
  }
  precondition {
    condition = local.n
  }
}
locals {
  n = 1
}
`,
    told: [
      "unknown-resource: There is no directory.x in the stack @directory.x",
      'validation-failed: output "o": n is only 1 @local.n > 1',
      'missing-attribute: A precondition block needs "error_message" @precondition',
    ],
  },
  // Values.
  {
    name: "values out of bounds",
    given:
      'resource "service" "s" {\n  command = ["x", null]\n  ports = [{ external = 0, internal = 1.5 }, null]\n  restart = "allways"\n  timeout = "0s"\n  retries = 101\n}\nresource "directory" "d" {\n  path = ""\n  mode = "999"\n  timeout = "999999h"\n}\nresource "service" "t" {\n  image = "UPPER"\n  port {\n    external = null\n    internal = 1\n  }\n}',
    told: [
      "invalid-value: command[1]: it must not be null @null",
      "invalid-value: ports[0].external: 0 is not a whole number from 1 to 65535 @0",
      "invalid-value: ports[0].internal: 1.5 is not a whole number from 1 to 65535 @1.5",
      "invalid-value: ports[1]: it must not be null @null",
      'invalid-value: restart: "allways" is not one of "no", "on-failure", "always", "unless-stopped" @"allways"',
      'invalid-value: timeout: "0s" is no time at all @"0s"',
      "invalid-value: retries: 101 is not a whole number from 0 to 100 @101",
      'invalid-value: path: the path is empty @""',
      'invalid-value: mode: "999" is not a file mode @"999"',
      'invalid-value: timeout: "999999h" is longer than 24 days @"999999h"',
      'invalid-value: image: "UPPER" is not an image reference @"UPPER"',
      "invalid-value: ports[0].external: it must not be null @null",
    ],
  },
  {
    name: "values of other formats",
    given:
      'verify "http" "a" {\n  url = "ftp://x"\n}\nverify "http" "b" {\n  url = "nowhere"\n}\nverify "tcp" "c" {\n  host = "a b"\n  port = 1\n}\nverify "file" "d" {\n  path   = "x"\n  sha256 = "abc"\n}\nresource "repository" "r" {\n  url = " "\n}\nresource "file" "n" {\n  path    = "n"\n  content = "a\\u0000b"\n}\nverify "service" "s" {\n  service  = "s"\n  interval = "soon"\n}',
    told: [
      'invalid-value: url: "ftp://x" is not an http or https URL @"ftp://x"',
      'invalid-value: url: "nowhere" is not a URL @"nowhere"',
      'invalid-value: host: "a b" is not a host name or address @"a b"',
      'invalid-value: sha256: "abc" is not a sha256 @"abc"',
      'invalid-value: url: it is empty @" "',
      'invalid-value: content: the text contains a NUL character @"a\\u0000b"',
      'invalid-value: interval: "soon" is not a duration @"soon"',
    ],
  },
  {
    name: "values of other types",
    given:
      'resource "service" "s" {\n  command    = "run it"\n  env        = ["a"]\n  depends_on = "x"\n  retries    = "many"\n}\nresource "directory" "d" {\n  path       = {}\n  depends_on = [1, directory.d["x"]]\n}',
    told: [
      'wrong-type: command: a list of strings is required, this is one string @"run it"',
      'wrong-type: env: a map(string) is required, a tuple is none @["a"]',
      'wrong-type: depends_on: a list of addresses is required @"x"',
      'wrong-type: retries: a number is required, "many" is none @"many"',
      "wrong-type: path: a string is required, an object is none @{}",
      "wrong-type: depends_on: this is no address @1",
      'unknown-output: directory.d has neither count nor for_each, so there is no index @["x"]',
    ],
  },
  {
    name: "a timeout that a step would make",
    given:
      'resource "task" "t" {\n  command = ["x"]\n}\nvariable "n" {\n  default = 1\n}\nresource "directory" "d" {\n  path    = "d"\n  retries = var.n + task.t.stdout\n}\nresource "service" "s" {\n  command      = ["x"]\n  health_check = task.t.stdout == "a" ? null : { url = "http://x" }\n}',
    told: [
      "not-known-yet: retries must be known while planning @var.n + task.t.stdout",
      "not-known-yet: Whether there is a health_check must be known while planning @health_check",
    ],
  },
  // References.
  {
    name: "references to nothing",
    given: `${directory}variable "image" {\n  default = "i"\n}\nlocals {\n  one = var.imge\n  two = local.oen\n  three = directory.e.path\n  four = directory.d.pth\n  five = nothing.x\n  six = var\n  seven = path.home\n  eight = verify.http.up\n  nine = image\n  ten = nofunction(1)\n  eleven = directory\n  twelve = service.d\n}\nresource "service" "s" {\n  command    = ["x"]\n  depends_on = [directory.e, verify.http.x]\n}\noutput "o" {\n  value = service.s.url\n}`,
    told: [
      'unknown-variable: There is no variable called "imge" @imge',
      'unknown-local: There is no local value called "oen" @oen',
      'unknown-resource: There is no directory called "e" @e',
      'unknown-output: A directory has no attribute or output "pth" @pth',
      'unknown-reference: Nothing is called "nothing" @nothing',
      'unknown-reference: "var" alone is no value @var',
      'unknown-reference: path has "root" and "module", not "home" @home',
      "unknown-reference: A check has no value to refer to @verify",
      'unknown-reference: Nothing is called "image" @image',
      'unknown-function: There is no function "nofunction" @nofunction',
      'unknown-reference: "directory" alone is no value @directory',
      'unknown-resource: There is no service called "d" @d',
      "unknown-resource: There is no directory.e in the stack @directory.e",
      "unknown-resource: There is no verify.http.x in the stack @verify.http.x",
      'unknown-output: service.s has no "url", because it sets no "ports" @url',
    ],
  },
  {
    name: "an output that no file could keep",
    given: 'output "o" {\n  value = [1 / 0]\n}',
    told: ["invalid-value: An output cannot be an infinite number @[1 / 0]"],
  },
  {
    name: "expressions without a value",
    given:
      'locals {\n  a = 0 / 0\n  b = uuid()\n  c = upper()\n}\nvariable "v" {\n  type    = strin\n  default = 1\n}',
    told: [
      "invalid-expression: Zero divided by zero is no number @0 / 0",
      'impure-function: Function "uuid" cannot be called: its result is another one every time, so the same files would never give the same plan @uuid',
      'wrong-arguments: Function "upper" takes 1 argument; "str" is missing @upper()',
      'invalid-type: There is no type "strin" @strin',
    ],
  },
  // Circles.
  {
    name: "circles of locals, of resources, and through both",
    given:
      'locals {\n  c = local.b\n  a = local.c\n  b = local.a\n  self = file.f.content\n}\nresource "file" "f" {\n  path    = "f"\n  content = local.self\n}\nresource "file" "g" {\n  path       = "g"\n  content    = "x"\n  depends_on = [file.h]\n}\nresource "file" "h" {\n  path    = "h"\n  content = file.g.sha256\n}',
    told: [
      "cycle: These depend on each other in a circle: local.a → local.c → local.b → local.a @a",
      "cycle: file.f depends on itself @local.self",
      "cycle: These depend on each other in a circle: file.g → file.h → file.g @file.h",
    ],
  },
  {
    name: "a circle of health checks",
    given:
      'resource "service" "a" {\n  command      = ["x"]\n  health_check = service.b.health_check\n}\nresource "service" "b" {\n  command      = ["x"]\n  health_check = service.a.health_check\n}',
    told: [
      "cycle: These depend on each other in a circle: service.a.health_check → service.b.health_check → service.a.health_check @health_check",
      "not-known-yet: Whether there is a health_check must be known while planning @health_check",
      "not-known-yet: Whether there is a health_check must be known while planning @health_check",
    ],
  },
  // Names and claims.
  {
    name: "run-time values of one name, or of a name that is taken",
    given:
      'resource "repository" "a-b" {\n  url = "u"\n}\nresource "repository" "a_b" {\n  url = "u"\n}\nresource "task" "ld" {\n  command = ["x"]\n}\nresource "directory" "ok" {\n  path = "x"\n}',
    told: [
      'name-collision: repository.a_b.workdir and repository.a-b.workdir would both be carried as A_B_WORKDIR @resource "repository" "a_b"',
      'name-collision: repository.a_b.commit and repository.a-b.commit would both be carried as A_B_COMMIT @resource "repository" "a_b"',
      'name-collision: task.ld.stdout would be carried as LD_STDOUT, a name that programs give a meaning of their own @resource "task" "ld"',
    ],
  },
  {
    name: "two claims of one thing",
    given:
      'resource "service" "a" {\n  command = ["x"]\n  port    = 80\n}\nresource "service" "b" {\n  command = ["x"]\n  port    = 80\n}\nresource "service" "c" {\n  command = ["x"]\n  name    = "b"\n  port {\n    external = 81\n    internal = 1\n    host_ip  = "127.0.0.1"\n  }\n}\nresource "service" "d" {\n  command = ["x"]\n  port {\n    external = 81\n    internal = 1\n    host_ip  = "127.0.0.2"\n  }\n  port {\n    external = 80\n    internal = 1\n    protocol = "udp"\n  }\n}\nresource "file" "e" {\n  path    = "x/../f"\n  content = ""\n}\nresource "directory" "f" {\n  path = "./f/"\n}',
    told: [
      "claimed-twice: service.b and service.a both want the port 80/tcp @port",
      "claimed-twice: service.c and service.b both want the service name b @name",
      "claimed-twice: file.e and directory.f both want the path x/../f @path",
    ],
  },
  // Values of variables.
  {
    name: "values of variables",
    given: {
      "main.cw":
        'variable "a" {}\nvariable "n" {\n  type = number\n}\nvariable "l" {\n  type = list(string)\n}\nvariable "c" {\n  default = var.a\n}',
      "clockwork.cwvars": 'naem = 1\nn = "many"\nn = 2\nb {}\n',
    },
    inputs: {
      flags: [
        { name: "l", text: "[oops" },
        { name: "x", text: "1" },
      ],
      files: ["/stack/none.cwvars", "/stack"],
    },
    told: [
      'missing-variable: The variable "a" has no default and was given no value @variable "a"',
      'unknown-reference: The default of variable "c" is a constant: it cannot refer to "var.a" @var.a',
      'undeclared-variable: There is no variable called "naem" @naem',
      'invalid-variable: The value of variable "n" does not fit its type: a number is required, "many" is none @"many"',
      'duplicate-attribute: "n" is set twice @n',
      "unexpected-block: A .cwvars file holds values only, no blocks @b",
      'invalid-variable: --var l: Missing "]"',
      'undeclared-variable: --var x: there is no variable called "x"',
      "invalid-variable: The --var-file /stack/none.cwvars does not exist",
      "invalid-variable: The --var-file /stack is a folder",
    ],
  },
  {
    name: "a text that is more than one value",
    given: 'variable "l" {\n  type = list(string)\n}',
    inputs: flag("l", '["a"]\nb = 1'),
    told: ["invalid-variable: --var l: the text is no expression"],
  },
  {
    name: "values that variables do not allow",
    given: {
      "main.cw": `variable "n" {
  type = number
  validation {
    condition     = var.n > 1 && var.n < local.most
    error_message = "\${var.n} is not between 1 and \${local.most}"
  }
}
variable "port" {
  default = 0
  validation {
    condition     = var.port > 0
    error_message = "The port must be positive."
  }
}
variable "pin" {
  sensitive = true
  validation {
    condition     = length(var.pin) == 4
    error_message = "Not \${var.pin}"
  }
}
variable "e" {
  nullable = false
  default  = null
}
variable "f" {
  nullable = false
}
locals {
  most = 10
}
`,
      "clockwork.cwvars": 'n   = 12\npin = "secret-pin"\nf   = null\n',
    },
    told: [
      'validation-failed: variable "n": 12 is not between 1 and 10 @12',
      'validation-failed: variable "port": The port must be positive. @0',
      'validation-failed: variable "pin": the condition is not met',
      'invalid-condition: The error message would show a sensitive value @"Not ${var.pin}"',
      'invalid-variable: The default of variable "e" is null, which nullable = false excludes @null',
      'invalid-variable: The variable "f": the value must not be null, because of nullable = false @null',
    ],
  },
  {
    name: "conditions that check nothing",
    given: `variable "v" {
  type    = string
  default = "x"
  validation {
    condition     = true
    error_message = "m"
  }
  validation {
    condition     = local.a
    error_message = "m"
  }
  validation {
    condition     = var.v
    error_message = "m"
  }
  validation {
    condition     = var.v == "x" ? null : true
    error_message = "m"
  }
  validation {
    condition     = var.v == "y"
    error_message = null
  }
  validation {
    condition     = var.v == "y"
    error_message = [var.v]
  }
  validation {
    error_mesage = "m"
  }
}
locals {
  a = true
}
`,
    told: [
      "invalid-condition: The condition refers to nothing, so it checks nothing @true",
      "invalid-condition: The condition says nothing about var.v @local.a",
      'invalid-condition: The condition: a bool is required, "x" is none @var.v',
      'invalid-condition: The condition is null, it must be true or false @var.v == "x" ? null : true',
      "invalid-condition: The error message is null @null",
      'validation-failed: variable "v": the condition is not met @"x"',
      "invalid-condition: The error message: a string is required, a tuple is none @[var.v]",
      'validation-failed: variable "v": the condition is not met @"x"',
      'unknown-attribute: A validation block has no "error_mesage" @error_mesage',
      'missing-attribute: A validation block needs "condition" @validation',
    ],
  },
  {
    name: "sensitive values of variables are not shown",
    given: {
      "main.cw":
        'variable "n" {\n  type      = number\n  sensitive = true\n}\nvariable "l" {\n  type      = list(string)\n  sensitive = true\n}',
      "clockwork.cwvars": 'n = "hunter2"\n',
    },
    inputs: flag("l", "[hunter2]"),
    told: [
      'invalid-variable: The value of variable "n" does not fit its type: a number is required, the sensitive value is none',
      "invalid-variable: --var l: the text is no expression",
    ],
  },
  {
    name: "the place inside a value of a variable",
    given: {
      "main.cw":
        'variable "services" {\n  type = map(object({ port = number, name = optional(string) }))\n}\nvariable "flags" {\n  type = list(bool)\n}',
      "clockwork.cwvars": 'services = {\n  web = { port = "x" }\n}\n',
    },
    inputs: flag("flags", '[true, "no"]'),
    told: [
      'invalid-variable: The value of variable "services" does not fit its type: services["web"].port: a number is required, "x" is none @"x"',
      'invalid-variable: --var flags: flags[1]: a bool is required, "no" is none',
    ],
  },
  {
    name: "settings of a variable that are none",
    given:
      'variable "v" {\n  default     = 1\n  sensitive   = "maybe"\n  nullable    = local.x\n  description = ["a"]\n  default {}\n  validation = true\n}\nvariable "w" {\n  default = []\n  type    = list\n}\nlocals {\n  x = true\n}',
    told: [
      'wrong-type: sensitive: a bool is required, "maybe" is none @"maybe"',
      'unknown-reference: "nullable" is a constant: it cannot refer to "local.x" @local.x',
      'wrong-type: description: a string is required, a tuple is none @["a"]',
      'unexpected-block: A variable block has "default" as an attribute @default',
      'unknown-attribute: A variable block has "validation" as a block @validation',
      "deprecated-form: The type list needs the type of its elements @list",
    ],
  },
  {
    name: "addresses in quotes",
    given: `${directory}resource "directory" "e" {\n  path       = "e"\n  depends_on = ["directory.d"]\n}`,
    told: ['deprecated-form: Addresses in depends_on need no quotes @"directory.d"'],
  },
  ...kindCases,
  ...lifecycleCases,
  ...instanceCases,
  ...lintCases,
  ...moduleCases,
];

/** Errors of what is looked at only once its name is right. */
const laidOpen = [
  "sensitive-value",
  "missing-attribute",
  "unknown-reference",
  "unknown-resource",
  "cycle",
  "not-known-yet",
];

function told(diagnostics: readonly Diagnostic[], texts: ReadonlyMap<string, string>): string[] {
  const marked = (span: Span) => {
    const { file, start, end } = absolute(span);
    return texts.get(file)?.slice(start, end);
  };
  return diagnostics.map((d) => `${d.code}: ${d.message}${d.span ? ` @${marked(d.span)}` : ""}`);
}

async function check({ given, inputs = {} }: Case, options: AnalysisOptions = {}) {
  const files = typeof given === "string" ? { "main.cw": given } : given;
  const host = memoryHost({
    "/stack/keep": "",
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`/stack/${name}`, text])),
  });
  const variables = { ...noInputs, ...inputs };
  const analysis = await analyse(host.files, await testGrammar(), "/stack", variables, options);
  const { diagnostics } = analysis;
  const texts = new Map(Object.entries(files));
  return { all: told(diagnostics, texts), graver: told(diagnostics.filter(isNoHint), texts) };
}

const isNoHint = ({ severity }: Diagnostic) => severity !== "hint";

describe("a stack is told", () => {
  for (const one of cases) {
    it(one.name, async () => {
      expect((await check(one)).all.sort()).toEqual([...one.told].sort());
    });
  }

  it.each(cases)("as much where nobody looks for hints: $name", async (one) => {
    expect((await check(one, { hints: false })).all).toEqual((await check(one)).graver);
  });

  const written = cases.filter(({ given }) => Object.keys(given).length > 0);
  it.each(written)("how to mend it, in ways that do: $name", async ({ given, inputs = {} }) => {
    const files = typeof given === "string" ? { "main.cw": given } : given;
    expect(await faultsOfFixes(files, { ...noInputs, ...inputs }, laidOpen)).toEqual([]);
  });

  it("what is wrong with a plan", async () => {
    await expect(planText(directory, { targets: ["directory.x"] })).rejects.toThrow("directory.x");
  });
});

it("every code of intake and assembly has a case", () => {
  const table = readFileSync("server/src/diagnostics/codes.ts", "utf8");
  const [, stack = "", rest = ""] =
    /\/\/ stack\n([\s\S]*?)\/\/ references and values\n([\s\S]*?)\/\/ assembly/.exec(table) ?? [];
  const codes = [...`${stack}${rest}`.matchAll(/^ {2}"?([a-z-]+)"?: /gm)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(30);
  const shown = new Set(cases.flatMap((c) => c.told).map((line) => line.split(":")[0]));
  expect(codes.filter((code) => !shown.has(code ?? ""))).toEqual([]);
});
