

dynamic "a b" {
  type /*}*/ = " " * "$x"
  type20 = { for é, v in !{ for x_y in "%%{no}".0 : local.a-b.v.a
    => local.a-b /*}*/.a.x_y.0 if 1.5E-3 } : "".é.é =>
  /* { [ ( */ "\\$${no}${~[for a, v in foo : 1.5] / !var.x}" }
  # ünï 日本 👩‍👩‍👧
  x-y = "" # "

  bb27             = <<-EOF
  # no

  
		 tab
    EOF
  depends_on /*}*/ = "<<EOT" [*].x_y
}
