resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = <<EOF
{
  "Version": "2012-10-17",
    "Statement": [
  {"Action": "sts:AssumeRole", "Principal": {"Service": "${var.service}"}}
  ]
}
EOF
  tags               = { a = "b" }
}
