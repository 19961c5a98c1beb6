import type { Page } from "./page.ts";

/** Pages of references, expressions and variables. */
export const valuePages = {
  "unknown-variable": {
    text: `\`var.NAME\` refers to a \`variable\` block, and there is none of that name in the stack. Correct the name, or declare the variable.`,
    wrong: `variable "image" {
  default = "nginx:1.27"
}

output "images" {
  value = [var.image, var.imge]
}
`,
    right: `variable "image" {
  default = "nginx:1.27"
}

output "images" {
  value = [var.image, var.image]
}
`,
  },
  "unknown-local": {
    text: `\`local.NAME\` refers to a name in a \`locals\` block, and there is none. Correct the name, or define the value.`,
    wrong: `locals {
  folder = "site"
}

output "folders" {
  value = [local.folder, local.foldr]
}
`,
    right: `locals {
  folder = "site"
}

output "folders" {
  value = [local.folder, local.folder]
}
`,
  },
  "unknown-resource": {
    text: `\`KIND.NAME\` refers to a \`resource\` block, and the stack has none of that kind and name. References make the order of steps, so one
that leads nowhere cannot be left open.`,
    wrong: `resource "directory" "site" {
  path = "site"
}

output "folder" {
  value = directory.sites.path
}
`,
    right: `resource "directory" "site" {
  path = "site"
}

output "folder" {
  value = directory.site.path
}
`,
  },
  "unknown-module": {
    text: `\`module.NAME\` refers to a \`module\` block, and there is none of that name in this folder. A module sees only the modules inside itself.`,
    wrong: {
      "main.cw": `module "site" {
  source = "./site"
}

output "title" {
  value = "\${module.site.title}\${module.sight.title}"
}
`,
      "site/main.cw": `output "title" {
  value = "Hello"
}
`,
    },
    right: {
      "main.cw": `module "site" {
  source = "./site"
}

output "title" {
  value = module.site.title
}
`,
      "site/main.cw": `output "title" {
  value = "Hello"
}
`,
    },
  },
  "unknown-output": {
    text: `A resource has the attributes that its kind has and a few outputs that are known once its step has run; this is neither. Some
outputs exist only when an attribute is set: a service has a \`url\` when it publishes \`ports\`.`,
    wrong: `resource "service" "web" {
  command = ["node", "server.mjs"]
}

output "url" {
  value = service.web.url
}
`,
    right: `resource "service" "web" {
  command = ["node", "server.mjs"]
  port    = 8080
}

output "url" {
  value = service.web.url
}
`,
  },
  "unknown-reference": {
    text: `A name that nothing has. References begin with \`var\`, \`local\`, \`path\` or the kind of a resource; a text stands in quotes. Where
a constant is asked for, such as the default of a variable, references are not possible at all.`,
    wrong: `output "folder" {
  value = site
}
`,
    right: `output "folder" {
  value = "site"
}
`,
  },
  "unknown-function": {
    text: `There is no function of that name. Clockwork has the functions of Terraform; new ones cannot be defined in a stack.`,
    wrong: `output "name" {
  value = uppercase("web")
}
`,
    right: `output "name" {
  value = upper("web")
}
`,
  },
  "impure-function": {
    text: `The function gives another result each time, so the same files would never give the same plan, and what was reviewed would
not be what runs. Give the value as a variable, take it from a resource's output, or let a \`task\` make it.`,
    wrong: `output "id" {
  value = uuid()
}
`,
    right: `output "id" {
  value = uuidv5("dns", "example.com")
}
`,
  },
  "wrong-arguments": {
    text: `The function takes other arguments: fewer or more of them, or of other types. The message names the parameter as Terraform's
documentation does.`,
    wrong: `output "name" {
  value = upper()
}
`,
    right: `output "name" {
  value = upper("web")
}
`,
  },
  "invalid-expression": {
    text: `The expression can be read but has no value: a division by zero, an index beyond the end, a key that an object does not have,
operands of the wrong type, an \`if\` on something that is no bool. \`try\`, \`can\` and \`lookup\` with a default are the ways to allow for
what may be missing.`,
    wrong: `locals {
  ports = [8080]
}

output "second" {
  value = local.ports[1]
}
`,
    right: `locals {
  ports = [8080]
}

output "second" {
  value = try(local.ports[1], null)
}
`,
  },
  "invalid-type": {
    text: `A type is one of \`string\`, \`number\`, \`bool\`, \`any\`, or made of others: \`list(T)\`, \`set(T)\`, \`map(T)\`, \`tuple([T, …])\` and
\`object({ name = T, other = optional(T, default) })\`. It is written without quotes.`,
    wrong: `variable "port" {
  type    = integer
  default = 8080
}

output "port" {
  value = var.port
}
`,
    right: `variable "port" {
  type    = number
  default = 8080
}

output "port" {
  value = var.port
}
`,
  },
  "missing-variable": {
    text: `A variable without a default must be given a value, and none of the places that can give one did: \`clockwork.cwvars\`,
\`*.auto.cwvars\`, the environment (\`CLOCKWORK_VAR_NAME\`), \`--var-file\`, \`--var NAME=VALUE\`; later ones win. In the editor this is
only information, because it cannot know what the command line will give.`,
    wrong: `variable "greeting" {
  type = string
}

output "greeting" {
  value = var.greeting
}
`,
    right: {
      "main.cw": `variable "greeting" {
  type = string
}

output "greeting" {
  value = var.greeting
}
`,
      "clockwork.cwvars": `greeting = "Hello"
`,
    },
  },
  "undeclared-variable": {
    text: `A value is given for a variable that no block declares: most often the name is mistyped, and the value meant for another
variable would be lost. Correct the name, declare the variable, or remove the value. The environment is exempt: it may hold
values for other stacks.`,
    wrong: {
      "main.cw": `variable "greeting" {
  default = "Hello"
}

output "greeting" {
  value = var.greeting
}
`,
      "clockwork.cwvars": `greting = "Good morning"
`,
    },
    right: {
      "main.cw": `variable "greeting" {
  default = "Hello"
}

output "greeting" {
  value = var.greeting
}
`,
      "clockwork.cwvars": `greeting = "Good morning"
`,
    },
  },
  "invalid-variable": {
    text: `The value given for a variable, or its default, cannot be read or does not convert to the variable's type. \`--var\` and the
environment give text: for a list, map or object it is read as an expression, such as \`--var 'ports=[80, 443]'\`.`,
    wrong: `variable "port" {
  type    = number
  default = "http"
}

output "port" {
  value = var.port
}
`,
    right: `variable "port" {
  type    = number
  default = 80
}

output "port" {
  value = var.port
}
`,
  },
  "invalid-condition": {
    text: `The \`condition\` of a \`validation\` block says nothing that could be judged: it is no bool, does not look at the variable it belongs
to, or its \`error_message\` is no text. Write a condition that is \`true\` for a good value.`,
    wrong: `variable "port" {
  default = 8080

  validation {
    condition     = "yes"
    error_message = "The port must be above 1023."
  }
}

output "port" {
  value = var.port
}
`,
    right: `variable "port" {
  default = 8080

  validation {
    condition     = var.port > 1023
    error_message = "The port must be above 1023."
  }
}

output "port" {
  value = var.port
}
`,
  },
  "validation-failed": {
    text: `The value of a variable is of the right type and breaks a rule that its \`validation\` block states. The message is the one written
there; give another value.`,
    wrong: `variable "port" {
  default = 80

  validation {
    condition     = var.port > 1023
    error_message = "The port must be above 1023."
  }
}

output "port" {
  value = var.port
}
`,
    right: `variable "port" {
  default = 8080

  validation {
    condition     = var.port > 1023
    error_message = "The port must be above 1023."
  }
}

output "port" {
  value = var.port
}
`,
  },
  "invalid-count": {
    text: `\`count\` says how many instances of a block there are: a whole number from 0, not null and not sensitive. For instances that have names rather than numbers, use \`for_each\`.`,
    wrong: `resource "directory" "shard" {
  count = -1
  path  = "shards/\${count.index}"
}
`,
    right: `resource "directory" "shard" {
  count = 3
  path  = "shards/\${count.index}"
}
`,
  },
  "invalid-for-each": {
    text: `\`for_each\` takes a map, an object or a set of strings, and makes an instance for each: the keys become part of the instances' addresses, so they must have names, must not be null and must not be sensitive. A list has no names; \`toset\` makes a set of its items.`,
    wrong: `resource "directory" "region" {
  for_each = ["eu", "us"]
  path     = "regions/\${each.key}"
}
`,
    right: `resource "directory" "region" {
  for_each = toset(["eu", "us"])
  path     = "regions/\${each.key}"
}
`,
  },
  "not-known-yet": {
    text: `The value decides what the plan is: how often and how long to try, whether there is a check at all. It depends on something
that only a step will know, and a plan that has to be guessed could not be reviewed. Use a variable, a local value or an
attribute that is known, and leave the run-time value to attributes that steps read.`,
    wrong: `resource "task" "count" {
  command = ["sh", "-c", "ls | wc -l"]
}

resource "directory" "out" {
  path    = "out"
  retries = task.count.stdout
}
`,
    right: `variable "retries" {
  default = 3
}

resource "directory" "out" {
  path    = "out"
  retries = var.retries
}
`,
  },
  cycle: {
    text: `Each waits for the next, so none can come first. The message shows the whole circle and each edge has its place. Break it where
the dependence is weakest: give both a common local value, or remove a \`depends_on\`. A resource that refers to itself is a circle
of one.`,
    wrong: `resource "file" "a" {
  path    = "a"
  content = file.b.sha256
}

resource "file" "b" {
  path    = "b"
  content = file.a.sha256
}
`,
    right: `resource "file" "a" {
  path    = "a"
  content = "a"
}

resource "file" "b" {
  path    = "b"
  content = file.a.sha256
}
`,
  },
  "name-collision": {
    text: `Values that a step makes are carried to later steps as environment variables named after the resource: \`repository.app.workdir\`
is \`APP_WORKDIR\`. Two resources would use the same name, or the name means something to programs. Rename one of the blocks; a
\`moved\` block keeps what it made.`,
    wrong: `resource "task" "build-app" {
  command = ["make"]
}

resource "task" "build_app" {
  command = ["make", "app"]
}
`,
    right: `resource "task" "build" {
  command = ["make"]
}

resource "task" "build_app" {
  command = ["make", "app"]
}
`,
  },
  "claimed-twice": {
    text: `A port of the host, a path, a container's name, a tag: only one resource can have it, and with two the one that ran last would
win, on each apply another. Give one of them another value, or make one resource of them. A port that is published on two
different addresses of the host is no conflict.`,
    wrong: `resource "service" "web" {
  command = ["node", "server.mjs"]
  port    = 8080
}

resource "service" "admin" {
  command = ["node", "admin.mjs"]
  port    = 8080
}
`,
    right: `resource "service" "web" {
  command = ["node", "server.mjs"]
  port    = 8080
}

resource "service" "admin" {
  command = ["node", "admin.mjs"]
  port    = 8081
}
`,
  },
  "unused-variable": {
    text: `Nothing in the stack refers to the variable, so whatever value it gets changes nothing. Remove it, or use it where it was meant to
be used. A variable's own \`validation\` does not count as a use. In a file that cannot be read completely nothing is called unused.`,
    wrong: `variable "image" {
  default = "nginx:1.27"
}

output "image" {
  value = "nginx:1.27"
}
`,
    right: `variable "image" {
  default = "nginx:1.27"
}

output "image" {
  value = var.image
}
`,
  },
  "unused-local": {
    text: `Nothing in the stack refers to the local value. Remove it, or use it where it was meant to be used.`,
    wrong: `locals {
  image = "nginx:1.27"
  tag   = "1.27"
}

output "image" {
  value = local.image
}
`,
    right: `locals {
  tag   = "1.27"
  image = "nginx:\${local.tag}"
}

output "image" {
  value = local.image
}
`,
  },
  "plain-secret": {
    text: `A file of the stack holds a password or a key: a text whose form says what it is (a token, a private key), or one that is given to a
name such as \`DB_PASSWORD\`. Files are shared, committed and backed up, and the value would go into plans and scripts. Declare a
variable with \`sensitive = true\` and give its value from outside, by \`CLOCKWORK_VAR_NAME\`; and where the file was shared, replace the
secret by a new one. Paths and addresses of where a secret is kept are no secrets. The secret itself is never printed.`,
    wrong: `output "settings" {
  value = { user = "app", password = "hunter2" }
}
`,
    right: `output "settings" {
  value = { user = "app", password_file = "/run/secrets/db" }
}
`,
  },
  "sensitive-value": {
    text: `A value that is sensitive, or made of something that is, stands where plans, logs or other people see it: an output without
\`sensitive = true\`, a timeout, a \`count\`. Mark the output, or say with \`nonsensitive(…)\` that this part of it may be seen.`,
    wrong: `variable "motto" {
  default   = "m"
  sensitive = true
}

output "motto" {
  value = var.motto
}
`,
    right: `variable "motto" {
  default   = "m"
  sensitive = true
}

output "motto" {
  value     = var.motto
  sensitive = true
}
`,
  },
  "secret-short": {
    text: `A step gets a sensitive value of fewer than six characters. Logs are masked by looking for the text, and one so short stands in too much
that is innocent (every \`true\`, every year), so it is left in them. Use a longer secret, or see to it that the step does not print it.`,
  },
  "secret-unavailable": {
    text: `A step needs what a \`secret("env:NAME")\`, \`secret("file:PATH")\` or \`secret("cmd:COMMAND")\` refers to, and it cannot be read:
the variable is not set, the file is not there, or the command failed. Variables and files are looked for before the first step
runs, so nothing has changed yet. A removal may also need a sensitive value that the thing was made with; no state keeps it, so
the block and its variables must still say it.`,
  },
  "deprecated-form": {
    text: `The form is read as it always was and there is a plainer one, which \`clockwork fmt\` or the quick fix writes. It stays a warning:
nothing changes in the plan.`,
    wrong: `variable "name" {
  type    = "string"
  default = "web"
}

output "name" {
  value = var.name
}
`,
    right: `variable "name" {
  type    = string
  default = "web"
}

output "name" {
  value = var.name
}
`,
  },
} satisfies Readonly<Record<string, Page>>;
