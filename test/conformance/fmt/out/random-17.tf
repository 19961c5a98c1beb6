check "x-y" "" /**/ { # c


  output "for" "aws_instance" {
    // d
    T1      = "${"50%/*" [data.aws_ami.this.id ? (0) : each.value || null.k.v.k].x_y[*]}" [data.aws_ami.this.id] == /**/ var.x.a.0
    name    = (each.key)
    version = "//x"
  }
  count37 = data.aws_ami.this.id
  null = ("日本語".a ? aws_x.y.*.z : self.id
  )
  version = local.é.0
  terraform "main" { # c
  }
  tags8 = foo(
    # "
  ) // d
  true = (provider::a::b() /*}*/ && "\n日本語"
  )
  über = [{
    very_long_attribute_name_here = "\u00e9".k.v
  }[*].é, local.é, "$${no}${~ { for v, v in "/*" : "" => 0 } }"]
  depends_on95 = "a}bit's" [provider::a::b(-"${"$${no}"}日本語"
  )[*].x_y.a].0[data.aws_ami.this.id]
}
