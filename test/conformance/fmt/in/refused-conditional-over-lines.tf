a = b ?
  c :
  d
