# A kind that nothing but a guide describes.
kind "greeting" {
  description = "A file with a greeting in several languages."
  guide       = "Write a UTF-8 file at path with one line per language of languages: NAME in that language's own word for hello, a comma, the name. Unknown languages are a failure. Removing it removes the file alone."

  attribute "path" {
    type     = string
    required = true
    replace  = true
  }
  attribute "name" {
    type     = string
    required = true
  }
  attribute "languages" {
    type    = list(string)
    default = ["en", "de"]
  }
  output "lines" {
    type        = number
    description = "How many lines it has."
  }
  capabilities {
    writes = ["greetings"]
  }
}

resource "greeting" "world" {
  path = "greetings/world.txt"
  name = "World"
}

verify "file" "world" {
  path       = "greetings/world.txt"
  depends_on = [greeting.world]
}
