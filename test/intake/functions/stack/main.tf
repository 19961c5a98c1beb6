# What expressions.txt refers to; terraform.test.ts has the same.
locals {
  t      = "<$${x}>"
  m      = { a = ["<$${x}>"] }
  broken = "a $${ x"
  lines  = "a\n$${x}\n"
  n      = 5
}
