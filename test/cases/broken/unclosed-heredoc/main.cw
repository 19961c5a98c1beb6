resource "directory" "site" {
  path = "site"
  mode = "rwx"
}

resource "file" "page" {
  path    = "site/index.html"
  content = <<-HTML
    <h1>Hello</h1>
  HTMl
}

resource "service" "web" {
  command = ["node", "web.mjs"]
  port    = "http"
}
