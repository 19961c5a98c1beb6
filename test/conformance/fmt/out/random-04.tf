validation "web" {
  if {




    name = data.aws_ami.this.id
  }
  bb = ([foo(1e+10, 1e3
    //
    ).a, ":://x${123456789012345678901234567890}" [                                    # x = {
    null >= /* m
 n */ 1.5].é || 0, "" [true.a[*] - 1e3]./**/ a, foo(007, "<<EOT"...), # c
    ]
    # c
  )
  /* { [ ( */
  provider {}
}
