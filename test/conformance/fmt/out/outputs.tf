output "ids" {
  value       = aws_instance.web[*].id
  description = "ids"
  sensitive   = true
}
output "map" { value = { for k, v in aws_instance.web : k => v.id } }
output "first" {
  value = try(aws_instance.web[0].id, null)
  precondition {
    condition     = length(aws_instance.web) > 0
    error_message = "none"
  }
}
