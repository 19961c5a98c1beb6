resource "directory" "site" {
  path = "site"
}

resource "file"

resource "file" "page" {
  path    = "site/index.html"
  content = "Hello"
  modus   = "0644"
}
