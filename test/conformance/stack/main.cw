# What the expressions of the conformance tests may refer to. It is a Clockwork stack and a Terraform configuration alike.

variable "text" {
  type    = string
  default = "hello"
}

variable "number" {
  type    = number
  default = 3
}

variable "on" {
  type    = bool
  default = true
}

variable "names" {
  type    = list(string)
  default = ["ada", "bob", "cy"]
}

variable "tags" {
  type    = map(string)
  default = { env = "prod", team = "core" }
}

variable "ports" {
  type    = set(number)
  default = [443, 80, 8080]
}

variable "server" {
  type = object({
    name = string
    size = optional(number, 2)
    disk = optional(object({ gb = optional(number, 10), kind = string }))
    tags = optional(map(string), {})
  })
  default = { name = "web" }
}

variable "servers" {
  type = map(object({ name = string, ports = optional(list(number), [80]) }))
  default = {
    b = { name = "beta" }
    a = { name = "alpha", ports = [1, 2] }
  }
}

variable "pair" {
  type    = tuple([string, number])
  default = ["x", "7"]
}

variable "anything" {
  type    = any
  default = { list = [1, "two", true], nothing = null }
}

variable "nothing" {
  type    = string
  default = null
}

locals {
  secret  = sensitive("s3cret")
  matrix  = [[1, 2], [3, 4]]
  people  = [{ name = "ada", age = 36 }, { name = "bob", age = 41 }]
  nested  = { a = { b = { c = [10, 20] } } }
  strings = tolist(["b", "a", "b"])
  derived = [for n in var.names : upper(n)]
  none    = null
  mixed   = { id = 1, "key with space" = "v", "0" = "zero" }
}
