locals {
  tags = { owner = "platform", tier = "gold"
  name = "web"
}

output "name" {
  value = local.nam
}
