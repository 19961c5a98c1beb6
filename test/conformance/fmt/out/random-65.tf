# "
provider "in" {
  # x = 1

  for_each = { for v, v in aws_x.y[*].z[0] % foo(
    each.value # x = {
    ).k[each.value - /**/ true] + null : {
    name = "it's" /**/,
    "a"  = (42)
    }
  => aws_x.y.*.z }.x_y # ${
  über = each.value
  T1   = "/*".0

  bb = aws_x.y[*].z[0]
}
