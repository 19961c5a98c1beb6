resource "kubernetes_deployment" "example" {
  metadata {
    name = "terraform-example"
    labels = { test = "MyExampleApp" }
  }
  spec {
    replicas = 3
    template {
      spec {
        container {
          image = "nginx:1.21.6"
          name  = "example"
          resources {
            limits = {
              cpu    = "0.5"
              memory = "512Mi"
            }
          }
          env {
          name = "A"
          value="b"
          }
          liveness_probe {
            http_get {
              path = "/"
              port = 80

              http_header {
                name  = "X-Custom-Header"
                value = "Awesome"
              }
            }
            initial_delay_seconds = 3
          }
        }
      }
    }
  }
}
