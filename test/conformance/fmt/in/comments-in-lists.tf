a = [
# first
1, # one
2 // two
, 3,
/* four */ 4,
# last
]
b = [ /* empty */ ]
c = [ # opens
]
