resource "a" "b" {
  x  = 1
  yy = [1, 2]
  z {
  }
}
