
if "a b" "web" {


  nom_é55 = data.aws_ami.this.id
  if "" {
    日本 = []
  }
  // d
  count = "$${no}" ? (foo(
    )) : "${
    /* m
   n */ ( # x = {
  jsonencode())}".x_y.k
  x-y = aws_x.y.0.z / [
    [for x_y, v in local.a-b : null] * "\\", ] == { for k, v in "hello" ? "$${no}" : "/*"
  : "\"".é && 42 => (each.value) if 42 ? local.a-b : null } ? [for a in " " : var.x] : "" <= 1e+10 >= "{"
}
# end