resource "service" "web" {
  command = "node web.mjs"
  env     = ["A=1"]

  port {
    external = "eighty"
    internal = 99999
  }
}

variable "replicas" {
  type    = number
  default = "many"
}

resource "file" "page" {
  path    = "index.html"
  content = { a = 1 }
}
