resource "service" "web" {
  command = ["node", "web.mjs"]
  enviroment = { A = "1" }

  loging {
    driver = "json-file"
  }
}

resource "service" "api" {
  command = ["node", "api.mjs"]

  port {
    external = 9000
    internl  = 9000
  }
}
