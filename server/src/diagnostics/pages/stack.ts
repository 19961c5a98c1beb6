import type { Page } from "./page.ts";

/** Pages of what is wrong with blocks and attributes. */
export const stackPages = {
  "no-files": {
    text: `A stack is a folder with \`.cw\` files directly in it; this one has none. Either the command stands in another folder than
you meant (name the folder, or use \`--chdir\`), or there is no stack yet: \`clockwork init\` writes one with comments.`,
  },
  "unknown-block": {
    text: `A file consists of blocks of a few types, such as \`resource\`, \`variable\`, \`locals\`, \`output\` and \`verify\`. A kind of resource is no
block type of its own: it is the first label of a \`resource\` block.`,
    wrong: `resorce "directory" "site" {
  path = "site"
}
`,
    right: `resource "directory" "site" {
  path = "site"
}
`,
  },
  "unknown-kind": {
    text: `The first label of a \`resource\` block names its kind, and that of a \`verify\` block its check. Kinds and checks are different
lists: \`http\` is a check, \`service\` is both. References to such a block are not reported a second time.`,
    wrong: `resource "serivce" "web" {
  command = ["node", "server.mjs"]
}
`,
    right: `resource "service" "web" {
  command = ["node", "server.mjs"]
}
`,
  },
  "unknown-attribute": {
    text: `The block has no attribute of this name. A setting that is silently ignored would be worse than none, so nothing is: what the
block's kind does not know is an error. An attribute that was probably meant is not reported as missing too.`,
    wrong: `resource "directory" "site" {
  pth = "site"
}
`,
    right: `resource "directory" "site" {
  path = "site"
}
`,
  },
  "unexpected-block": {
    text: `A nested block stands where the surrounding block has none of that name. What holds a map or an object is written as an
attribute with \`=\`; only what the kind lists as a block, such as \`port\` or \`health_check\`, is written without.`,
    wrong: `resource "service" "web" {
  command = ["node", "server.mjs"]

  env {
    PORT = "8080"
  }
}
`,
    right: `resource "service" "web" {
  command = ["node", "server.mjs"]

  env = {
    PORT = "8080"
  }
}
`,
  },
  "invalid-module": {
    text: `A module is a folder of the stack's own files: \`source\` names it, relative to the folder of the file it stands in and beginning with \`./\` or \`../\`. Registries, repositories and folders outside of the stack's are no sources; what a stack is made of lies in its folder. A module cannot contain itself.`,
    wrong: {
      "main.cw": `module "site" {
  source = "acme/site/local"
}
`,
    },
    right: {
      "main.cw": `module "site" {
  source = "./site"
}
`,
      "site/main.cw": `resource "directory" "pages" {
  path = "pages"
}
`,
    },
  },
  "missing-attribute": {
    text: `The block cannot do its work without this attribute: it is not set, or it is \`null\`, which is the same as not set. Where one
of several is needed, such as \`image\` or \`command\` of a service, set exactly one.`,
    wrong: `resource "directory" "site" {
}
`,
    right: `resource "directory" "site" {
  path = "site"
}
`,
  },
  "wrong-labels": {
    text: `A block's labels follow its type: \`resource "KIND" "NAME"\`, \`variable "NAME"\`, \`locals\` without any. A name begins with a letter or
an underscore and goes on with letters, digits, underscores and hyphens; it becomes part of addresses, file names and names
of containers, so it has at most 100 characters.`,
    wrong: `resource "directory" {
  path = "site"
}
`,
    right: `resource "directory" "site" {
  path = "site"
}
`,
  },
  "duplicate-name": {
    text: `Two blocks of the stack have the same address, so a reference could mean either. All files of the folder form one stack: the
first one may stand in another file, and the related place says where. Rename or remove one of them.`,
    wrong: `resource "directory" "site" {
  path = "site"
}

resource "directory" "site" {
  path = "public"
}
`,
    right: `resource "directory" "site" {
  path = "site"
}

resource "directory" "public" {
  path = "public"
}
`,
  },
  "duplicate-attribute": {
    text: `An attribute, or a block of which there is one, is set twice. Neither the first nor the last wins silently: remove one of
them. \`environment\` is another name of \`env\`, so both together are twice too.`,
    wrong: `resource "directory" "site" {
  path = "site"
  path = "public"
}
`,
    right: `resource "directory" "site" {
  path = "public"
}
`,
  },
  "reserved-name": {
    text: `The name has a meaning of its own where it would be used: a module block is given its variables as attributes beside
\`source\`, \`count\`, \`for_each\`, \`depends_on\` and the like, so no variable can be called that. Choose another name.`,
    wrong: `variable "count" {
  default = 1
}

output "number" {
  value = var.count
}
`,
    right: `variable "instances" {
  default = 1
}

output "number" {
  value = var.instances
}
`,
  },
  "not-supported": {
    text: `The text is legal, but this version of Clockwork has nothing that evaluates it. It is refused rather than ignored, because a
plan without it would not be what the file says. Remove it, or use a version that has it.`,
  },
  "invalid-value": {
    text: `The value has the right type and still cannot be right: a port above 65535, a URL without a host, an image name in capitals,
a word that is none of the allowed ones. It would fail, or do something else than meant, once a step runs; so it is reported
while you write. Values that only a step will know are checked right before the step runs.`,
    wrong: `verify "http" "up" {
  url = "localhost:8080/health"
}
`,
    right: `verify "http" "up" {
  url = "http://localhost:8080/health"
}
`,
  },
  "wrong-type": {
    text: `The value is of another type than the attribute takes, and no conversion leads there. Strings, numbers and booleans are
converted into each other where the text allows it, as in Terraform; a string never becomes a list: \`command\` wants the
program and each argument as an item of its own, because no shell splits them.`,
    wrong: `resource "service" "web" {
  command = "server"
}
`,
    right: `resource "service" "web" {
  command = ["server"]
}
`,
  },
  "conflicting-attributes": {
    text: `Attributes exclude each other, or the same thing is given in two forms. A service is a container (\`image\`) or a process
(\`command\`), a file has its text (\`content\`) or a file to copy (\`source\`). Set the other one to \`null\`, or remove it.`,
    wrong: `resource "file" "page" {
  path    = "index.html"
  content = "Hello"
  source  = "page.html"
}
`,
    right: `resource "file" "page" {
  path    = "index.html"
  content = "Hello"
}
`,
  },
} satisfies Readonly<Record<string, Page>>;
