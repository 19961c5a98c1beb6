resource "file" "page" {
  path    = "page.txt"
  content = "site"
}
