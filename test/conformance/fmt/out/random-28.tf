


output { # c
  for = {
    über = "",
    // d
    if = [],
    _z : module.m.out,
  }
  validation "a b" { a = "it's${
    { # x = {
      for x_y in !007 : {
        a : "%%{no}" /* x */
        /**/ _z : null
        ("//x") : 1e3
        "${var.x}" = 42 /* = */,
      } => aws_x.y[*].z[0].v.x_y... } + /* m
 n */ join(
      " "
      ) ? each.key : [for k, v in "%%{no}" : 42
      ] ? "\n".x_y : "\u00e9"}${jsonencode(
      "#", aws_x.y[*].z[0][(
        007
  )].x_y, )}[" ? "<<EOT".x_y./* = */ v : "/*" }
} # "
