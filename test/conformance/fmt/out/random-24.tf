tags = "$"
data {

  bb = ({
    type       = local.é,
    "${var.x}" = data.aws_ami.this.id
    if : aws_x.y[*].z[0]["a.b"
      # }
    ]
  })
  in = aws_x.y.0.z.v || "#"
  count = {
    日本   = true // ö
    name = aws_x.y.0.z >= "${"["}\\".é /**/
  }
} # c
data {
  for_each74 = -"${[
  ]}%%{no}".0.v.0
}
for_each = "%{if 0}\u00e9%{else}100% sure%{endif}"
x-y = {
  for x_y, v in module.m.out : "${aws_x.y[*].z[0].x_y <= 0 * 1.5E-3}${true[*].v.k
}".k.0.* => var.x if(123456789012345678901234567890) }
