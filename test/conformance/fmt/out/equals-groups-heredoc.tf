a       = 1
bbbb    = <<EOT
text
EOT
cc      = 3
ddddddd = <<-X
  text ${a}
  X
e       = 1
