# A page, a process that serves it, and a check that it does. Needs nothing but Node:
#
#   clockwork apply examples/hello

variable "greeting" {
  type        = string
  default     = "Hello from Clockwork"
  description = "What the page says."
}

variable "port" {
  type        = number
  default     = 8321
  description = "Where the page is served."
}

resource "file" "page" {
  path    = "hello.html"
  content = <<-HTML
    <!doctype html>
    <title>hello</title>
    <h1>${var.greeting}</h1>
  HTML
}

# `command` makes it a supervised background process; with `image` it would be a container.
resource "service" "hello" {
  command = ["node", "server.mjs"]
  port    = var.port

  env = {
    PORT = var.port
    PAGE = file.page.path
  }
}

verify "http" "page" {
  url           = service.hello.url
  body_contains = var.greeting
}

output "url" {
  value = service.hello.url
}
