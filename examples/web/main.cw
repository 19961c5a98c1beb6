# A web server in a container, with a network, a volume and a health check. Needs docker or podman.

variable "image" {
  type        = string
  default     = "docker.io/library/nginx:alpine"
  description = "Any image that serves HTTP on `internal_port`."
}

variable "internal_port" {
  type    = number
  default = 80
}

variable "port" {
  type    = number
  default = 8322
}

resource "network" "front" {}

resource "volume" "cache" {}

resource "service" "web" {
  image    = var.image
  networks = [network.front.id]

  port {
    external = var.port
    internal = var.internal_port
  }

  mount {
    source = volume.cache.id
    target = "/var/cache/web"
  }

  logging {
    driver = "json-file"
    opts = {
      max-size = "10m"
      max-file = "3"
    }
  }

  health_check {
    path     = "/"
    interval = "1s"
    retries  = 30
  }
}

output "url" {
  value = service.web.url
}
