import type { Case } from "./case.ts";

const uses = 'resource "cert" "a" {\n  x = 1\n}\noutput "o" {\n  value = cert.a.y + cert.b.z\n}\n';

/** `kind` blocks with mistakes. */
export const kindCases: readonly Case[] = [
  {
    name: "a kind with mistakes, whose resources are no second problem",
    given: `kind "cert" {
  descripton = "d"
  attribute "x" {
    typ  = number
    type = strin
  }
}
${uses}`,
    told: [
      'unknown-attribute: A kind block has no attribute "descripton" @descripton',
      'unknown-attribute: An attribute block has no attribute "typ" @typ',
      'invalid-type: There is no type "strin" @strin',
    ],
  },
  {
    name: "a kind with syntax errors, whose resources are no second problem",
    given: { "a.cw": 'kind "cert" {\n  description = \n}\n', "b.cw": uses },
    told: ['syntax-error: Attribute "description" has no value @description ='],
  },
  {
    name: "names of kinds that are none, taken or twice, over files",
    given: {
      "a.cw":
        'kind {}\nkind "a" "b" {}\nkind "Cert" {}\nkind "service" {}\nkind "http" {}\nkind "repo" {}\nkind "local" {}\nkind "two" {}\n',
      "b.cw": 'kind "two" {}\n',
    },
    told: [
      "wrong-labels: A kind block has one label, this one has none @kind",
      'wrong-labels: A kind block has one label, this one has 2 @"b"',
      'wrong-labels: "Cert" is no name for a kind @"Cert"',
      'reserved-name: "service" is a kind that Clockwork has already @"service"',
      'reserved-name: "http" is a kind that Clockwork has already @"http"',
      'reserved-name: A kind cannot be called "repo" @"repo"',
      'reserved-name: A kind cannot be called "local" @"local"',
      'duplicate-name: There is a second kind "two" @kind "two"',
    ],
  },
  {
    name: "attributes and outputs of a kind that cannot be",
    given: `kind "cert" {
  attribute {}
  attribute "Days" {}
  attribute "count" {}
  attribute "a" {
    type     = number
    required = true
    default  = 1
  }
  attribute "b" {
    type    = number
    default = "x"
  }
  attribute "b" {}
  attribute "c" {
    default  = var.x
    required = "maybe"
  }
  output "O" {}
  output "b" {}
  output "d" {
    type = list(string)
  }
  output "e" {
    value = 1
  }
}
variable "x" {
  default = 1
}
`,
    told: [
      "wrong-labels: The attribute blocks of a kind have one label, this one has none @attribute",
      'wrong-labels: "Days" is no name for an attribute @"Days"',
      'wrong-labels: An attribute cannot be called "count" @"count"',
      "invalid-value: default: what is required has no default @1",
      'wrong-type: default: a number is required, "x" is none @"x"',
      'duplicate-name: There is a second attribute "b" @attribute "b"',
      'wrong-type: required: a bool is required, "maybe" is none @"maybe"',
      'unknown-reference: "default" is a constant: it cannot refer to "var.x" @var.x',
      'wrong-labels: "O" is no name for an output @"O"',
      "invalid-value: type: an output is a string, number or bool @list(string)",
      'unknown-attribute: An output block has no attribute "value" @value',
      'duplicate-name: "b" is both an attribute and an output @output "b"',
    ],
  },
  {
    name: "scripts and capabilities of a kind that cannot be",
    given: `kind "cert" {
  script "ensure" {
    lang    = "fish"
    content = "x"
  }
  script "remove" {
    lang    = "bash"
    content = ""
  }
  script "destroy" {}
  script "verify" {}
  script "observe" {
    lang    = "node"
    content = cert.a.x
  }
  capabilities {
    network = "all"
    writes  = "x"
    root    = true
  }
  capabilities {}
}
`,
    told: [
      'invalid-value: lang: "fish" is no language of scripts @"fish"',
      'invalid-value: content: the script is empty @""',
      'wrong-labels: A kind has no script "destroy" @"destroy"',
      'missing-attribute: This script needs "lang" @script "verify"',
      'missing-attribute: This script needs "content" @script "verify"',
      'unknown-reference: "content" is a constant: it cannot refer to "cert.a.x" @cert.a.x',
      'duplicate-attribute: There is a second "capabilities" block @capabilities',
      'unknown-attribute: A capabilities block has no attribute "root" @root',
      'invalid-value: network: "all" is not one of "none", "loopback", "remote", "any" @"all"',
      'wrong-type: writes: a list(string) is required, "x" is none @"x"',
    ],
  },
  {
    name: "resources of a kind of the stack's own are checked as those of any",
    given: `kind "cert" {
  attribute "days" {
    type     = number
    required = true
  }
  attribute "ports" {}
  output "pem" {}
  script "verify" {
    lang    = "bash"
    content = "true"
  }
}
resource "cert" "a" {
  dais = 1
}
resource "cert" "b" {
  days = "many"
  port = 1
}
resource "cert" "c" {}
resource "crt" "d" {}
verify "cert" "e" {}
output "o" {
  value = "\${cert.a.pm} \${cert.z.pem}"
}
`,
    told: [
      'unknown-attribute: A cert has no attribute "dais" @dais',
      'wrong-type: days: a number is required, "many" is none @"many"',
      'unknown-attribute: A cert has no attribute "port" @port',
      'missing-attribute: This cert needs "days" @resource "cert" "c"',
      'unknown-kind: There is no kind of resource called "crt" @"crt"',
      'unknown-kind: There is no check called "cert" @"cert"',
      'unknown-output: A cert has no attribute or output "pm" @pm',
      'unknown-resource: There is no cert called "z" @z',
    ],
  },
];
