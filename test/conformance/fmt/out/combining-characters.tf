clé         = 1 # é
x           = 2 # y
longer_name = 3
