locals {
  a = templatefile("${path.module}/x.tpl",
    {
      a  = 1
      bb = 2
  })
  c = templatefile(
    "x.tpl", {
      d = 1
  })
  e = coalesce(
    var.a,
    var.b,
    "c"
  )
}
