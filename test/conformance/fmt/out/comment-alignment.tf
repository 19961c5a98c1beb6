a   = 1       # one
bbb = 22      # two
c   = "three" // three
d   = 4 /* four */
e = [  # five
  1,   # six
  200, # seven
]      # eight
f {}   # nine
g {    # ten
}
