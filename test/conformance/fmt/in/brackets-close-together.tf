a = foo(bar([
1,
2
]))
b = foo(bar(
[
1
]
))
c = foo({
a = [{
b = 1
}]
})
d = [
  foo(1,
    2), 3
]
