resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Action = ["ec2:Describe*",
      "s3:Get*"]
      Effect   = "Allow"
      Resource = "*"
      },
      {
        Effect : "Deny", Action : "*"
    }]
  })
}
