clockwork {
  agent {
    compiler = "anthropic"
  }
}

variable "port" {
  type    = number
  default = 8322
}

# Nothing but this guide says how: an agent writes the scripts.
kind "page" {
  description = "A page of a site."
  guide       = "Write PATH, an HTML page with TEXT as its heading; remove it on removal."
  attribute "path" {
    type     = string
    required = true
    replace  = true
  }
  attribute "text" {
    type     = string
    required = true
  }
  capabilities {
    writes = ["out"]
  }
}

resource "repository" "app" {
  url = "file://REPOSITORY"
}

resource "page" "index" {
  path = "out/index.html"
  text = "Written by an agent"
}

resource "service" "app" {
  command    = ["node", "${repository.app.workdir}/server.mjs"]
  port       = var.port
  env        = { PORT = var.port, PAGE = "out/index.html" }
  depends_on = [page.index]
}

verify "http" "app" {
  url           = service.app.url
  body_contains = "mended by a person"
}
