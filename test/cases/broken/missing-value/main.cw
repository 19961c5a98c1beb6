resource "file" "page" {
  path    =
  content = "Hello"
}

resource "file" "style" {
  path    = local.folder
  content = "body {}"
}
