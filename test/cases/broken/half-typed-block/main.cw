variable "port" {
  type    = number
  default = 8080
}

# Somebody is typing here.
resource "service" "web" {
  command = ["node", "web.mjs"]
  env     = { PORT = var.port }
  por

resource "file" "page" {
  path    = "index.html"
  content = "<h1>${var.titel}</h1>"
}
