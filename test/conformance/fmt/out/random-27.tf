if "web" /* m
 n */ {
  /* { [ ( */

  true /* = */ = { for k, v in [var.x ? true : null, "//x",
    local.a-b / var.x
    /* b */].0.v : { for v in "%" : "\\\"".k[*] => 1e3 } ? "" ? (
    # "
    each.value) : 1 /* = */ - each.value : each.value.é.v[1e3] => ("".0 ? " " : foo.a.0) } >= {
    _z = local.é.*.a.k
    true = [
      # x = 1
      123456789012345678901234567890, // d
      true
      , var.x, null
    ] ? "\u00e9" : !local.a-b
  } ? 1e3 : local.é
}
