region         = "eu-west-1"
instance_count = 3
tags = {
  Name          = "x"
  "cost:center" = 1
}
cidrs = ["10.0.0.0/16", "10.1.0.0/16"]
# end
