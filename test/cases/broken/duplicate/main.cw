variable "name" {
  default = "a"
}

resource "file" "page" {
  path    = "a.html"
  content = "a"
}

resource "file" "page" {
  path    = "b.html"
  content = "b"
  content = "c"
}

variable "name" {
  default = "b"
}

output "page" {
  value = file.page.paths
}
