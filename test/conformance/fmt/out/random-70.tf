resource "x-y" {

  über = self.id[*].a
  tags78 = { for v in [ // d
    <<POLICY
POLICY
  , local.a-b, "$" [*][each.value].v /* m
 n */] : "<<EOT${~aws_x.y.0.z.0.v.é}hello" [*].0 => aws_x.y.0.z.a } # c
  T1 = { for é in - 1e+10 : (/**/ {}.é /* m
 n */.a.x_y * "100% sure" / null                                  // d
  ) => /* b */ aws_x.y.*.z if "${"#"}" }
} # }
