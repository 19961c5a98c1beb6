for      = 1
in       = 2
if       = 3
else     = 4
endif    = 5
null_    = 6
true     = 7
a        = { in = 1, if = 2, for = 3 }
b        = in
c        = x.for.in.if
for_each = each.for
