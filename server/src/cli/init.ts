/**
 * The stack that `clockwork init` writes: a web page served by a small program that needs nothing but Node, with a comment
 * at every block for somebody who has not seen a \`.cw\` file before.
 */
const main = `# A Clockwork stack: every *.cw file in this folder, in any order.
#
#   clockwork validate   finds mistakes
#   clockwork plan       shows what would happen
#   clockwork apply      makes it so, after asking
#   clockwork destroy    removes it again

# What may differ from one machine to the next. Give another value in clockwork.cwvars,
# or with --var port=9090.
variable "port" {
  type        = number
  default     = 8080
  description = "Port on which the site is served."
}

variable "greeting" {
  type        = string
  description = "What the page says."
}

# Names for values that are used more than once.
locals {
  folder = "site"
}

# A folder. Clockwork makes it before anything that is put into it.
resource "directory" "site" {
  path = local.folder
}

# A file. It refers to the folder, so the folder comes first.
resource "file" "page" {
  path    = "\${local.folder}/index.html"
  content = <<-EOT
    <!doctype html>
    <title>Clockwork</title>
    <h1>\${var.greeting}</h1>
  EOT

  depends_on = [directory.site]
}

# The program that serves the page. "$$" writes a "$" that is no template.
resource "file" "server" {
  path    = "\${local.folder}/server.mjs"
  content = <<-EOT
    import { createServer } from "node:http";
    import { readFile } from "node:fs/promises";

    const page = new URL("index.html", import.meta.url);
    const port = Number(process.env.PORT);
    createServer(async (request, response) => {
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.end(await readFile(page));
    }).listen(port, "127.0.0.1", () => console.log(\`Listening on http://127.0.0.1:$\${port}\`));
  EOT

  depends_on = [directory.site]
}

# A service keeps running after apply has ended. With "command" it is a process on this
# machine; with "image" it would be a container.
resource "service" "web" {
  command = ["node", "\${local.folder}/server.mjs"]
  env     = { PORT = var.port }

  port {
    external = var.port
    internal = var.port
  }

  depends_on = [file.page, file.server]
}

# A check that runs at the end of an apply, and whenever you run: clockwork verify
verify "http" "answers" {
  url           = "\${service.web.url}/"
  expect_status = 200
  body_contains = var.greeting
}

# What apply prints when it is done.
output "url" {
  value       = service.web.url
  description = "Where the site is served."
}
`;

const variables = `# Values for the variables of this stack.
greeting = "Hello from Clockwork"
`;

const readme = `# A Clockwork stack

Run \`clockwork apply\` in this folder, then open http://localhost:8080. What it will do is in \`main.cw\`; \`clockwork plan\` shows it first.
`;

/** The files of a new stack by their path in its folder. The caller writes those that are not there yet, and no others. */
export function starter(): Readonly<Record<string, string>> {
  return { "main.cw": main, "clockwork.cwvars": variables, "README.md": readme };
}
