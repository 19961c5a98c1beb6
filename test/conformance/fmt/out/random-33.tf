# "
count = "" ? [module.m.out
  ,
  [
    var.x,
    1
    # }
  ]
  ][*] : core::max(
/* m
   n */).a.v
name = {
  # c
  bb : [for k in var.x : 1.5E-3 ? foo : "\\\""] ? {
    a : null
    bb  = 42 /**/
    x-y = 1.5E-3
    } : (
  1.5)
  /* b */ 1 = { ("it's") = 0, "kubernetes.io/role" = var.x[*] ? 1.5E-3 : 42, x-y = "\"", "b c" /* m
 n */ = var.x < 1 }
  version   = var.x,
  "x/y"     = []
  }.0 - provider::a::b( # c
) % { for v, v in 42 ? 0 : each.value : "[" => 1.5E-3... if 1.5E-3 ? null : foo }
