é {

}
// d
output "for" "aws_instance" { // c
  very_long_attribute_name_here = [
  each.value.0.v.é]
  type67 = each.value <= true.x_y || (each.key > !local.a-b)
  type   = aws_x.y.*.z
}
resource "" {
}  