# hash
// slashes
/* block */
/*
  a block
    of lines
*/
resource "x" "y" {
  # not indented
  // too far
  /* tab */
  a = 1 /* behind */

  # before the end
}
// the end
