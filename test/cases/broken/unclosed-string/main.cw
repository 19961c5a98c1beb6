locals {
  folder = "site
  page   = "index.html"
}

resource "file" "page" {
  path    = local.pages
  content = "Hello"
}
