resource "task" "migrate" {
  command = ["./migrate"]
  env     = { DB_PASSWORD = "hunter2", DB_USER = usr }
}

resource "file" "token" {
  path    = "token"
  content = "glpat-AbCdEfGhIjKlMnOpQrSt"
}
