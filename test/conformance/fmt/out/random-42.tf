

moved {
  éclair63 = "" != "${aws_x.y[*].z[0]}".a[(
    #
    [1e3, # c
      <<-EOT
  ${null~}
- y: z
	
  
    EOT
    ].a[var.x.é["日本語"]]
  )] # x = 1
}
