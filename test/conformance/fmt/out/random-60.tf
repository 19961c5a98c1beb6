# }
provisioner "é" "é" { type = { for x_y, v in "".0.é.a : [007, ].0.a.a => var.x./**/ x_y.* ? {


  (007) = local.a-b
  /* e */
  T1 = null


  x-y = local.a-b,
  } : [for a, v in 42 : true] } + foo == foo.v[{ for x_y in null : local.a-b => foo if "é😀" }[0] - "hello"][["[",
1e+10]] } # ${
