a = /* before */ "${var.x}" /* behind */ # end
b = "${ /* in */ var.x }"
c = "${var.x # why
}"
d = "${~ var.x ~}"
e = "${ { a = 1 } }"
f = "${[for x in y: "${x}"]}"
g = " ${var.x}"
h = "%{ if a }${b}%{ endif }"
