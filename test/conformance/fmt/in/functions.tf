a = foo()
b = foo( )
c = foo (1)
d = foo(1,2,)
e = foo(b...)
f = foo(1, b ...)
g = provider::aws::arn_parse(x)
h = core :: max(1)
i = foo(
1,
2
)
j = foo(1,
2)
k = foo(bar(1),
baz(2))[0].x
