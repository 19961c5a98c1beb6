validation "for" "x-y" {

  x-y28 = { for x_y, v in( // d
  "".0.v.k) : module.m.out => !local.é... if local.é ? "" /* = */ : "" }.v[*].x_y /**/
  output "web" "main" {

  }
  name = each.key
  /**/
  tags = "" ? {
    T1   = /* b */ aws_x.y.*.z.0
    true = { for x_y, v in true : "[" => 007 }["50%"][true == "$x"][*]
  } : "[~"
  /**/

  a2 = /* = */ ("${"日本語".x_y.0 ? aws_x.y.*.z : "\t<<EOT<<EOT"
    }${[
      123456789012345678901234567890 ? foo : 1
      , 42 /*}*/] - {
      "b c" : null
      ("\n")   = <<EOT

EOT
      for_each = 007
      bb       = 0
  } }" > module.m.out)
} /* m
   n */
