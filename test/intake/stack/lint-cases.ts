import type { Case } from "./case.ts";

const outputs = (...values: string[]): string =>
  values.map((value, i) => `output "o${i}" {\n  value = ${value}\n}\n`).join("");

/** What is legal and still better said. */
export const lintCases: readonly Case[] = [
  {
    name: "what nothing uses",
    given: {
      "a.cw": `variable "a" {\n  default = 1\n}\nvariable "b" {\n  default = 1\n\n  validation {\n    condition     = var.b > var.c\n    error_message = "No."\n  }\n}\nvariable "c" {\n  default = 0\n}\nlocals {\n  d = 1\n  e = local.f\n  f = 2\n  g = 3\n}\n`,
      "b.cw": `verify "command" "g" {\n  command = ["echo", "x\${[for x in [1] : x > 1 ? local.g : x][0]}"]\n}\n`,
    },
    told: [
      'unused-variable: The variable "a" is not used @"a"',
      'unused-variable: The variable "b" is not used @"b"',
      'unused-local: The local value "d" is not used @d',
      'unused-local: The local value "e" is not used @e',
    ],
  },
  {
    name: "what a module does not use, though it is given a value",
    given: {
      "main.cw":
        'variable "a" {\n  default = 1\n}\nmodule "m" {\n  source = "./m"\n  a      = var.a\n  b      = 2\n}\n',
      "m/main.cw": `variable "a" {}\nvariable "b" {}\n${outputs("var.b")}`,
    },
    told: ['unused-variable: The variable "a" is not used @"a"'],
  },
  {
    name: "nothing unused where a use may be hidden",
    given: `variable "a" {\n  default = 1\n}\n${outputs("var.aa")}`,
    told: ['unknown-variable: There is no variable called "aa" @aa'],
  },
  {
    name: "forms that have a plainer one",
    given: `locals {\n  l = [{ a = 1, b = [2] }]\n}\n${outputs('"${local.l}"', '["${1 + 1}"]', '"a" == "${true ? 1 : 2}"', '{ "${"k"}" = 1 }', '"x${1}"', "local.l.0", "local.l.*.a", "local.l.*.b.0", "<<-EOT\n    ${1}\n  EOT")}`,
    told: [
      'deprecated-form: A string that is nothing but one interpolation needs no quotes @"${local.l}"',
      'deprecated-form: A string that is nothing but one interpolation needs no quotes @"${1 + 1}"',
      'deprecated-form: A string that is nothing but one interpolation needs no quotes @"${true ? 1 : 2}"',
      "deprecated-form: An index stands in brackets @.0",
      "deprecated-form: An index stands in brackets @.0",
      "deprecated-form: A splat is written [*] @.*",
    ],
  },
  {
    name: "what its text alone shows how to mend",
    given: `variable "v" {\n  type    = lst(string)\n  default = []\n}\nlocals {\n  l = list("a", 1)\n  m = map("k", 1, upper("x"), 2)\n  u = uper("y")\n  n {\n    a = 1\n  }\n}\nresource "service" "s" {\n  command = ["x"]\n  env {\n    A = "1"\n  }\n}`,
    told: [
      'invalid-type: There is no type "lst" @lst',
      'not-supported: Function "list" cannot be called: Terraform has removed it @list',
      'not-supported: Function "map" cannot be called: Terraform has removed it @map',
      'unknown-function: There is no function "uper" @uper',
      'unexpected-block: A locals block holds values only, not "n" blocks @n',
      'unexpected-block: "env" is an attribute, not a block @env',
    ],
  },
  {
    name: "secrets in plain text",
    given: {
      "main.cw": `# ghp_${"a1B2".repeat(9)}\nvariable "db_password" {\n  default = "changeme"\n}\nvariable "no_password" {\n  default = ""\n}\nvariable "t" {\n  default = "AKIAIOSFODNN7EXAMPLE"\n}\n${outputs("[var.db_password, var.no_password, var.t]", '{ apiToken = "abc", API_KEY_FILE = "/run/key", secret_key = "/run/key", "x-api-key" = "${var.t}x", user = "password" }')}output "pwd" {\n  value = "open sesame"\n}\n`,
      "clockwork.cwvars": 'db_password = "hunter2"\n',
    },
    told: [
      `plain-secret: This looks like a GitHub token @ghp_${"a1B2".repeat(9)}`,
      'plain-secret: "db_password" is a secret in plain text @"changeme"',
      'plain-secret: "apiToken" is a secret in plain text @"abc"',
      'plain-secret: "pwd" is a secret in plain text @"open sesame"',
      'plain-secret: "db_password" is a secret in plain text @"hunter2"',
    ],
  },
  {
    name: "secrets in plain text, wherever a value may come from outside",
    given: {
      "main.cw": `kind "login" {
  attribute "token" {
    type = string
  }
  attribute "more" {
    type    = map(string)
    default = { password = "in a default" }
  }
  capabilities {
    secrets = "env"
  }
  script "ensure" {
    lang    = "bash"
    content = "true"
  }
}
variable "db_password" {
  default = "in a variable"
}
locals {
  api_token = "in a local"
  conf      = { access = { dbPassword = "in an object" } }
  note      = <<-EOT
    token: ghp_${"a1B2".repeat(9)}
  EOT
}
module "db" {
  source   = "./db"
  password = "in a module"
}
resource "login" "me" {
  token = "in an argument"
  more  = { header = "Bearer ghp_${"b2C3".repeat(9)}" }
}
resource "repository" "app" {
  url = "https://me:hunter22pass@git.acme.io/app.git"
}
resource "file" "all" {
  path    = "all"
  content = jsonencode([var.db_password, local.api_token, local.conf, local.note])
}
output "secret" {
  value = "in an output"
}
`,
      "db/main.cw": `variable "password" {
  type = string
}
resource "file" "f" {
  path    = "f"
  content = var.password
}
`,
      "clockwork.cwvars": 'db_password = "in a file of values"\n',
    },
    told: [
      'plain-secret: "password" is a secret in plain text @"in a default"',
      'plain-secret: "db_password" is a secret in plain text @"in a variable"',
      'plain-secret: "api_token" is a secret in plain text @"in a local"',
      'plain-secret: "dbPassword" is a secret in plain text @"in an object"',
      `plain-secret: This looks like a GitHub token @ghp_${"a1B2".repeat(9)}`,
      'plain-secret: "password" is a secret in plain text @"in a module"',
      'plain-secret: "token" is a secret in plain text @"in an argument"',
      `plain-secret: This looks like a GitHub token @ghp_${"b2C3".repeat(9)}`,
      "plain-secret: This looks like a password in a URL @https://me:hunter22pass@git.acme.io/app.git",
      'plain-secret: "secret" is a secret in plain text @"in an output"',
      'plain-secret: "db_password" is a secret in plain text @"in a file of values"',
    ],
  },
];
