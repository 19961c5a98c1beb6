a   = 1
bb  = 2
ccc = 3

dddd = 4
e    = 5
# between
ffffff = 6
g      = 7
h = [
  1
]
iiiiiii = 8
j       = {}
k       = { a = 1 }
lllllllll = foo(
1)
m = 1
