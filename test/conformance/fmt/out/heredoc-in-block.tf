resource "null_resource" "x" {
  provisioner "local-exec" {
    interpreter = ["bash", "-c"]
    command     = <<-SH
set -e
  for i in $(seq 1 $N); do
    echo "$${i}" # $i
  done
  awk '{ print $1 }'
SH
    environment = {
      N = 3
    }
  }
}
