/**/
for "aws_instance" { a = "" ? core::max(
  {
  } && var.x, /* = */ 42,
  ) : "#%%{no}~${ { for v in 1 : 1e3 => "%%{no}"... if 1.5 } }".a[( # c
local.a-b)] ? aws_x.y[*].z[0][*] : { for a, v in null : "\"" [*].k => "~" /*}*/.v["<<EOT"]... }.v.0.k }
