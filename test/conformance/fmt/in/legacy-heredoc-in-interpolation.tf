user_data = "${base64encode(<<EOT
#!/bin/sh
  echo hello
EOT
)}"
other = "${join(",", [
  "a",
  "b"
])}"
