check "aws_instance" {
  _z = "a.b%{for é, v in { for a, v in !"${1.5E-3}" : "%{for a, v in 42}\t%{endfor}" => [1.5E-3, "a}b",
    local.a-b # x = {
    ] && "~" }["$x"].x_y}\n%{endfor}${""~}" [join(
    { for k, v in local.a-b : # x = {
    "::" => 42 }.*,
    /* { [ ( */ ["=", 0, "\\", null
      ], [    # c
    ] < (007) # x = {
    )].é.k > "${ { for x_y in local.a-b.v /**/.v./* b */ v ? 007 : "100% sure" : local.a-b => 1e+10
    if null } }${ {
    "kubernetes.io/role" = <<POLICY

	POLICY
    日本                   = "$${no}"
    } }".a.0.x_y * {
  }
  source0 = null
}



