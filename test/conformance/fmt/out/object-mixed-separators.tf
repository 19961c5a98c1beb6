a = {
  b  = 1,
  cc = 2

  ddd = 3,

  e = {
  f = 1 }
  g = [
  ]
}
