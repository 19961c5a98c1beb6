a = b +
  c
