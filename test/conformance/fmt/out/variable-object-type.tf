variable "settings" {
  type = object({
    name = string
    tags = optional(map(string), {})
    ports = list(object({
      internal = number, external = optional(number, 8080)
      protocol = optional(string, "tcp") # default
    }))
    nested    = tuple([string, number, bool])
    any_thing = any
  })
  default = {
    name      = "x"
    ports     = []
    nested    = ["a", 1, true]
    any_thing = null
  }
}
