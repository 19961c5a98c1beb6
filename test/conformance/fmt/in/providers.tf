provider "aws" {
region = var.region
alias="east"
assume_role { role_arn = var.role }
default_tags {
tags = local.tags
}
}
provider "kubernetes" {
host = module.eks.cluster_endpoint
cluster_ca_certificate = base64decode(module.eks.ca)
exec {
api_version = "client.authentication.k8s.io/v1beta1"
command="aws"
# needs the aws CLI
args = ["eks", "get-token", "--cluster-name", module.eks.cluster_name]
}
}
