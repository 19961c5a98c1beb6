terraform {
  required_version = ">= 1.5, < 2.0"
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      version               = ">= 5.0"
      configuration_aliases = [aws.east, aws.west]
    }
    kubernetes = { source = "hashicorp/kubernetes", version = "~> 2.0" }
  }
  backend "s3" {
    bucket         = "x"
    key            = "y"
    dynamodb_table = "z"
    encrypt        = true
  }
  cloud {
    organization = "x"
    workspaces { tags = ["a"] }
  }
}
