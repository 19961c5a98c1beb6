# A page and a process that serves it, watched by a daemon. Needs nothing but Node.
clockwork {
  daemon {
    interval = "5s"
  }
}

resource "service" "web" {
  command = ["node", "server.mjs"]
  port    = 8321 # what the program reads, too

  health_check {
    path = "/"
  }
}

resource "file" "page" {
  path    = "page.html"
  content = "hello"
}
