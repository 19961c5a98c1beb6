a
b ${"x"}
%{ if true ~}
c
%{ endif ~}
d
