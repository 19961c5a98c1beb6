moved "web" {
  for = ([[for a in var.x.0 >= "::" : (42 // d
    ) if var.x], "/*".k.v.é,
    "${["/*", true,
      " ", 42
    ]}=\n",
    { for é in(
      #
      0) : (null
  ) => 1.5 || "=" if each.value.0.é.a } == "=", ])
  bb16 = [for é in !{ for a in 1e3 : !1.5E-3 => (123456789012345678901234567890
    ) if "//x" } : {
    /* e */
    ((local.a-b
    ))  = foo[1.5E-3]
    日本  = "%".a.v.k, /* x */
    x-y = "\u00e9".é
    in  = foo
    }[*].0.a * ""
  ]
}
