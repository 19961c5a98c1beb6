#x # y



provisioner "a b" "main" {

  very_long_attribute_name_here76 = jsonencode()
  # ünï 日本 👩‍👩‍👧
  version = join((
    1.5E-3), !aws_x.y.0.z[(007 ? 1.5E-3 : 1 // d
    )].a[""],                               // d
    (
      "é😀".0 ? "#" : "::"
  ), ) || aws_x.y.0.z.0
  nom_é = /* b */ ([!{
    a /*}*/ = " "
    /* e */
    日本 = foo
    /* e */
    éclair : /**/ "hello" /* x */
    }["hello"].0[1.5], { for k, v in foo : each.value => "a b" if "#" } >= " ", "\n${"\""}"
    , (!foo
  )])
  very_long_attribute_name_here = true
}
