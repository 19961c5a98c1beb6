
nom_é = {
} # "
a = !local.a-b.k[*].x_y /* { [ ( */
for = "".a ? null.x_y.*.é : { # c
  for_each     = "".x_y
  a            = each.key < 123456789012345678901234567890, /* x */
  name /* b */ = "\n"
  éclair /* b */ : "\n%{~if null ? null : 1.5E-3~}%%{no}%{endif~}"
}
