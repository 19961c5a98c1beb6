resource "google_cloud_run_service" "default" {
  template {
    spec {
      containers {
        image = "${local.region}-docker.pkg.dev/${var.project}/app:${var.tag != "" ? var.tag : "latest"}"
        dynamic "env" {
          for_each = { for e in var.env : e.name => e.value if e.value != null }
          content {
            name = env.key
            value = env.value
          }
        }
      }
    }
    metadata {
      annotations = {
        "autoscaling.knative.dev/maxScale"      = "5"
        "run.googleapis.com/cloudsql-instances" = google_sql_database_instance.i.connection_name
        "run.googleapis.com/client-name" = "terraform"
      }
    }
  }
  traffic {
    percent = 100
    latest_revision = true
  }
}
