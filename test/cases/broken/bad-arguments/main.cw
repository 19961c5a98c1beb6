locals {
  short    = substr("hello")
  joined   = join(",", "a", 1)
  number   = tonumber("one")
  now      = timestamp()
  typo     = uper("a")
  element  = ["a", "b"][5]
  division = 1 / 0
}

resource "file" "page" {
  path    = "index.html"
  content = file("../secret.txt")
}

resource "file" "list" {
  path    = "list.txt"
  content = templatefile("missing.tpl", {})
  mode    = local.moode
}
