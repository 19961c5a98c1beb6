a = 1 + /* plus */ 2
b = (
1 # one
+ # plus
2
)
c = x ? /* then */ 1 : /* else */ 2
