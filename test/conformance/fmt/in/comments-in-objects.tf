a = {
# first
x = 1, # one
yy = 2 // two
/* three */ z = 3
"q" = /* here */ 4
# last
}
b = { /* nothing */ }
c = { # opens
}
