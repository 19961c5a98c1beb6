variable "web" {


  very_long_attribute_name_here = [aws_x.y.0.z.v.x_y /* m
 n */./**/ v - [for é in "{" : "#"].x_y != var.x, // d
    true[*].é.é,
    /* b */ { /* y */
    }
    # c
  ]
  a38 = core::max( # c
    { for a, v in local.a-b || "\\" : 1 => foo.x_y.x_y.a if "".é ? "[" : var.x /* b */ },
    # x = 1
  "#" >= "${1e3}::", "".k.k)
}
