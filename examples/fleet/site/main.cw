# One site of the fleet: its page, and the process that serves it.

variable "name" {
  type = string
}

variable "port" {
  type = number
}

variable "greeting" {
  type = string
}

resource "file" "page" {
  path    = "build/${var.name}.html"
  content = "<h1>${var.greeting} from ${var.name}</h1>\n"
}

resource "service" "web" {
  command = ["node", "${path.module}/server.mjs"]
  port    = var.port

  env = {
    PORT = var.port
    PAGE = file.page.path
  }

  health_check {
    path = "/"
  }
}

output "url" {
  value = service.web.url
}
