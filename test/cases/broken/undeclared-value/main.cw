variable "region" {
  type    = string
  default = "eu"
}

variable "ports" {
  type = list(number)
}

resource "file" "page" {
  path    = "${var.regoin}.html"
  content = jsonencode(var.ports)
}
