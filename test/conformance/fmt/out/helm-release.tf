resource "helm_release" "x" {
  name  = "x"
  chart = "./chart"
  set {
    name  = "a.b\\.c"
    value = true
  }
  set { name = "q" }
  values = [
    "${file("values.yaml")}",
    yamlencode({
      a    = { b = 1 }
      list = [for x in y : { name = x }]
    }),
    <<-EOF
    key: ${var.value}
    list:
      - "a"
    EOF
  ]
  depends_on = [
    kubernetes_namespace.x
  ]
}
