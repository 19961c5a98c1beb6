
if "" {

  type8 = { for k in each.value /* = */ : {
    (1.5) = (""
    )
    }[*].x_y[["hello", " "
    ][*].é] => each.value if foo(null, // d
    1)[join(                           // d
      "::",
      "\u00e9",
      "/*" # c
  )].x_y }.x_y
  nom_é = ({ for v, v in "%{if {
    count = 123456789012345678901234567890
    # c
    tags                    = <<-EOF
  EOT x
	[

  %{for é in "100% sure"}it's%{endfor}
	EOF
    éclair                  = "::" /*}*/
    /* m
 n */ (each.value) = each.value
  } % foo ? null : each.value~}<<EOT%{else}é😀%{endif~} \n${"$${no}".k && 1e+10 != 1.5}" : {}.a => " " })
  #x # y
  source = "<<EOT" >= 1
}
