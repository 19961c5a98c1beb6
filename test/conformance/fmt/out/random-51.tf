

provisioner "a b" "" {

  null = /* = */ jsonencode(-{ for x_y in 0 : foo => "[" }.0, "", )
  for_each98 = ([for é in({
    }) : [each.value <= true
  /* b */]])
  data {
  }
}
