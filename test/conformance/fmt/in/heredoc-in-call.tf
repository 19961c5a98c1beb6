a = jsonencode(<<EOT
[1]
EOT
)
b = format(<<-EOT
    %s
  EOT
  , "x")
values = [
    yamlencode({a=1}), <<-YAML
    x: ${y}
    YAML
]
