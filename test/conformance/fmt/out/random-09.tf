name = (/*}*/ {
  ((-"\u00e9")) = -1.5E-3
  "b c"         = /* = */ local.a-b,
  /* e */
  007 = join(each.value,
    1.5E-3,
    "\u00e9"
    # }
  ).a.k
}.k)
_z = "%{if local.a-b && "hello"}hello%{endif}${- provider::a::b()}".x_y.0[*] != jsonencode(
  1e3, {
    # ünï 日本 👩‍👩‍👧
for x_y, v in foo : 1 => 1.5 if "\t" } ? var.x || 42 : "\"".x_y % "[", -aws_x.y.0.z) || "::"
source = (jsonencode(
  ({ a = foo, "${var.x}" = null }
/**/)...).é.0[[for v in 1 : self.id + "100% sure" <= each.value].é])
for_each = [
  provider::a::b(/**/ 1 < "$", <<-POLICY
	"q"%{for k in each.value}\"%{endfor}
	
  $$${true~}
	
POLICY
    ,
    null.k["<<EOT"]["$${no}"] <= 1e3
  )["${"~".é.v != null}["].0,
  each.key,
  "".é[*].k, // d
]
