resource "servce" "web" {
  command = ["node", "web.mjs"]
}

resource "aws_instance" "web" {
  ami = "ami-1"
}

verify "htpp" "up" {
  url = "http://localhost:8080"
}

resouce "file" "page" {
  path = "index.html"
}

output "where" {
  value = upper(["a"])
}
