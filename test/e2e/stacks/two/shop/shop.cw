resource "file" "note" {
  path    = "note.txt"
  content = "one"
}

resource "task" "check" {
  script     = "grep one note.txt"
  depends_on = [file.note]
}
