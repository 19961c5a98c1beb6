a = <<EOT
  text
	tab
# no comment
EOT
b = <<-EOT
    indented
      more
    EOT
c = <<EOT
EOT
d = <<END-OF_TEXT
EOT
END-OF_TEXT
