a = <<EOT
x
EOT  
b = <<-EOT
x
	EOT	
c = 1
