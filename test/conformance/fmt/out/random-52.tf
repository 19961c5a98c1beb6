## ---- ##
for "aws_instance" {

  x-y = local.a-b



  type = (
    ((local.a-b
      )
  ))
  validation "web" {
  }
  name = [ // d
    "日本語%{for k in each.value.é.k.a - (/* m
 n */ "~"
    )}a}b%{endfor}", aws_x.y[*].z[0], <<-EOF
  }
	[
  [
EOF

    #
  ] // d
}
