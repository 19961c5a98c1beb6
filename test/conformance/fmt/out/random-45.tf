# }

if "é" { # c

  a63 = <<E-1
	${[].x_y.v[*]}é
	E-1  

  depends_on = <<-é
	
	é
  version    = each.key.0
  provisioner "é" {
    // d
    type = { for a, v in { for é, v in 0 ? "$${no}" : "a b" : "50%".k.é => "a}b" ? 123456789012345678901234567890 : "\t" } : { T1 = /* b */ each.value[each.value], bb = -"$${no}", count = 007, } # c
      => module.m.out
      // d
    }
    T1         = ("::" /* m
 n */) # ${
    depends_on = /* b */ foo
    日本34       = -1e3
  } # }
  count55 = var.x /* { [ ( */
  module "web" "" {

  }
  # c



  name = core::max(-["%%{no}" [*].é, ]
    # ünï 日本 👩‍👩‍👧
  )
  _z = -[for x_y in "${"${ # c
  each.value}%{for v in(1)}\\%{endfor}"}" : var.x.a.0 % "\\\""]
  moved "aws_instance" "x-y" {

  }
  if "x-y" {

  } # c

  x-y = "<<EOT"
}
