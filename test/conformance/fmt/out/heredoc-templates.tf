a = <<EOT
${x}
%{for a in b~}
  - ${a}
%{~endfor}
$${x} %%{y} $ % $$
${join(",", [
1,
2
])}
EOT
