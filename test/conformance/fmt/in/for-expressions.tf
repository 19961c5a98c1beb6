a = [for x in y:x]
b = [for i,x in y:i if x!=null]
c = {for k,v in y:k=>v}
d = {for k,v in y:k=>v... if v}
e = [for x in [1,2]:x]
f = [for x in{a=1}:x]
g = {
for k, v in merge(a,
b) :
k => {
x = v
}
if v != null
}
h = [
  for a in b : [
  for c in a : [ for d in c : d ]
  ]
]
