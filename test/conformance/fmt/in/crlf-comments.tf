# a
a=1 # b
bb=2 // c
/* d
 e */

x {
}
