terraform "aws_instance" {
  count60 = -""
  true89 = "<<EOT" <= "${"%{if[ // d
    for k in 123456789012345678901234567890
  : "$"].v}%{else}#%{endif}"}$${no}"
}
/* e */