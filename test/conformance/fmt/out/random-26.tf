module "a b" "é" {

  true11 = [for é, v in(
    [for k, v in true : foo].0 + "é😀") : -jsonencode(
    ) if[1.5 == "50%",
    ]] >= -{
  }
  in = "${ {
    x-y /* = */ : "\\"
    "b c" = <<EOT
  EOT
    1.5   = <<POLICY
  
${"a b"}é
	"q"

POLICY
    }.a.v ? [for x_y, v in - null.k.v.0 : [
  ].a.v] : data.aws_ami.this.id.é != aws_x.y[*].z[0].é.a}"
  version = ("日本語it's" - { for k, v in "\\\"" :
  42 => "\"" if "" }[*].x_y.v)
  depends_on82 = (var.x
  )
  éclair17 /* = */ = "100% sure".é[{ éclair : join(1,
    007
  ).0.é <= 1e3 /* m
 n */, _z = 1.5E-3, true = /*}*/ "~".é.v /*}*/ }][*] == ""

  dynamic "aws_instance" {

  }
}
