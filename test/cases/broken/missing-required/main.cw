resource "file" "page" {
  content = "Hello"
}

resource "service" "web" {
  ports = [{ external = 8080 }]
}

resource "file" "both" {
  path    = "both.html"
  content = "Hello"
  source  = "hello.html"
}

variable "region" {
  type = string
}

output "region" {}
