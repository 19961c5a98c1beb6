# From a git repository to a running, verified service: fetch it, build its image, run it, check it.
# Needs git, and docker or podman.

variable "url" {
  type        = string
  default     = "https://github.com/user/myapp"
  description = "Repository of the app, with a Dockerfile at its root."
}

resource "repository" "app" {
  url = var.url
  ref = "main"
}

resource "image" "image" {
  context = repository.app.workdir
  tags    = ["myapp:latest"]
}

resource "service" "myapp" {
  image = image.image.ref

  port {
    external = 8080
    internal = 8080
  }

  env = {
    APP_ENV = "prod"
  }

  logging {
    driver = "json-file"
    opts = {
      max-size = "10m"
      max-file = "3"
    }
  }
}

verify "http" "myapp" {
  url = "http://localhost:8080"
}
