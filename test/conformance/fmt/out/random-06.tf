resource "in" "x-y" { /* c */
  version = [
    aws_x.y.*.z,
    [for é, v in null : 0 ? "=" : 123456789012345678901234567890], # x = {
    [for a, v in each.value.0.x_y : "::" ? foo : null], -{}        // d
  ]
  _z = "100% sure\n"
}
