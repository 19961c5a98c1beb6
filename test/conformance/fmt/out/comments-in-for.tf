a = [          # opens
  for x in y : # each
  # result
  x    # behind
  if x # condition
]
b = {
  # first
  for k, v in y : k => v # pair
}
