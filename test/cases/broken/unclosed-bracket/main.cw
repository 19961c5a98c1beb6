resource "service" "web" {
  command = ["node", "web.mjs"
  env     = { A = "1" }
}

resource "task" "seed" {
  command = ["node", "seed.mjs"]
  env     = { DATA = directory.data.path }
}
