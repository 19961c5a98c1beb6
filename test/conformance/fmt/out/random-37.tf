# c
validation { bb /* b */ = { /* y */
  éclair = "",
  "b c"  = local.é


  "a" = [1.5E-3,
  /**/ 1.5 % "\\\""],


  über = <<EOF
  ${ { for x_y, v in "é😀" : -0 => foo } }${"a b".0.k
  /**/}

    EOF
}.0 || "it's".é.k.0 && "\t" }
