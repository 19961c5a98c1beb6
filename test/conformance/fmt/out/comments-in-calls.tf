a = foo( # opens
  1,     # one
  /* two */ 2,
  // three
  3 # four
)
b = foo(/* nothing */)
c = foo(
  # only
)
