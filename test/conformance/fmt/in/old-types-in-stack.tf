# a stack
variable   "region"   {
type="string"
    default = "eu"   # where
  description = "x"
}
variable "l" {
  type = list
}
resource "service" web {
name="web-${var.region}"
  image   =   image.app.ref // ref
  port=80

  env={
APP_ENV="production",
      LONG_NAME   =   "x"
    "quoted key"  = var.a?1:2
  }
  command=["sh","-c",  <<-EOT
      set -e
    run ${var.x}
  EOT
  ]
  n = -1+2*-3
  b = !var.a&&var.b
  c = "${var.c}"
  d = "${join(",", [
    "a",
  ])}"
  f = [for k,v in local.m: "${k}-%{if v}y%{else}n%{endif}" if v!="x"]
  g = {for v in x:v.id=>v...}
  h = a[*].b[0].c
  i = f( a , b... )
  j = {a=1,b={}}
  k = {}
  health_check { path = "/" }
  logging {
driver = "json"
opts = { a = "b" }
}
  doc = <<EOT
 text   here
EOT
  after = 1
}
/* block
   comment */
locals {a=1}
empty {}
