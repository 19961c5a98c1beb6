variable "image" {
  type    = string
  default = "nginx:1.27"
}

resource "repository" "app" {
  url = "https://example.com/app.git"
}

resource "image" "app" {
  context = repository.app.workdri
  tags    = ["app:latest"]
}

resource "service" "web" {
  image = var.imge
  ports = [{ external = 8080, internal = 80 }]
}

verify "http" "up" {
  url = "${service.webb.url}/health"
}
