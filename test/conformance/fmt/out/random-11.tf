module "a b" "é" {



  _z /* m
 n */ = /**/ "${1.5E-3}é😀" [*].0
  tags = {
    T1 = local.é  // ö
    count : !"\\" # c
    }.v * (
    [42,
      <<-POLICY
	${~"\""}EOTX
	POLICY
      , // d
      ][foo(
    ).v.0] || !true.x_y # x = {
  )
  日本32 = "${local.é.0.é <= { for v in 1e3 + 1.5
  : "{" => each.value ? 1.5E-3 : 1 } >= "{/*" [each.value].x_y ? "a}b" : 1.5E-3~}<<EOT"
}
