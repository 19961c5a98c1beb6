${<<EOT
x
EOT
}|