resource "service" "web" {
  command = ["node", "web.mjs""]
  restart = "always"
}

resource "service" "api" {
  command = ["node", "api.mjs"]
  restart = "sometimes"
}
