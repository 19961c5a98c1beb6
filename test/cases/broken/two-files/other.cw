resource "file" "page" {
  path    = "other.html"
  content = "Hello"
}
