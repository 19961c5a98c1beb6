resource "x${y}" "z" {}
