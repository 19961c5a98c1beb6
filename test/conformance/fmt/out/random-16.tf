locals { /* c */



  tags43   = "//x"
  for_each = [join(123456789012345678901234567890), ]
  terraform "a b" "é" {
    éclair = /* b */ "${"\\\""}${"${"\t"}" [foo(1.5 /*}*/)]}" [42 - "日本語"] # ünï 日本 👩‍👩‍👧
  }
  # x = 1
  count = <<E-1
  $
E-1
  if    = "it's"
}
