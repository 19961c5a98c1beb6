resource "service" "a" {
  command    = ["node", "a.mjs"]
  depends_on = [service.c]
}

resource "service" "b" {
  command = ["node", "b.mjs"]
  env     = { A = service.a.id }
}

resource "service" "c" {
  command = ["node", "c.mjs", service.b.id]
}

locals {
  first  = local.second
  second = "${local.first}!"
}

resource "directory" "data" {
  path = "data"
  mode = "12"
}
