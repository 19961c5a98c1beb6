a = {
  b   = <<EOT
text
EOT
  ccc = 1
  dd  = <<-EOT
  text
  EOT
}
