resource "file" "page" {
  path    "index.html"
  content = "Hello"
}

resource "file" "style" {
  path    = "style.css"
  content = "body {}"
  mode    = 644 + true
}
