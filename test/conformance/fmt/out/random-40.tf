

if "for" { type = /* b */ core::max(foo("//x" ? "~" : null,
  true, "[".a != 42, ))[
-"$x"].é["${self.id./* = */ é}" / { for v in "::" ? 007 : "\\" : 42 || foo => null < /*}*/ true }] }
