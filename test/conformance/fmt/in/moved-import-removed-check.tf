moved {
from = aws_instance.a
  to = module.b.aws_instance.a["x"]
}
import {
to=aws_s3_bucket.b
  id = "bucket"
}
removed {
from = aws_x.y
lifecycle {
destroy = false
}
}
check "health" {
data "http" "x" {
url = "https://${var.host}"
}
assert {
condition = data.http.x.status_code==200
error_message = "${data.http.x.url} is down"
}
}
