resource {


  variable {
  }
  # ünï 日本 👩‍👩‍👧
  depends_on93 = 1e+10
  x-y = " " ? {
    x-y = "$${no}${(
      # "
    local.a-b)}${"\\\""}" / "\n" /**/ + 1.5E-3
  } : /* = */ { x-y = foo(1.5, 1.5), very_long_attribute_name_here = "${null}\t".x_y && 123456789012345678901234567890, (data.aws_ami.this.id.é.é) = { _z : "/*", _z = "\\" }, bb = -{ for a, v in each.value : "//x" => "[" } } # "
}
