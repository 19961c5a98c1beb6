resource "file" "page" {
  path    = "index.html"
  content = "Hello
}
