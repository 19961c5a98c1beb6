a    = 1
über = 2
日本語  = 3
clé  = 4
x    = "日本" # wide
yy   = "é"  # combining
zzz  = "👩‍👩‍👧"  # family
