variable "a" {
  type = string
}
variable "b" {
  type    = list(string)
  default = []
}
variable "c" {
  type    = map(string) # of strings
  default = {}
}
variable "d" {
  type = list(any)
}
variable "e" { type = map(any) }
variable "f" {
  type = set(any)
}
variable "g" {
  type = "number"
}
variable "h" {
  type = list(map)
}
