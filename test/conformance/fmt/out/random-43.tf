/* m
   n */
provisioner "é" "x-y" {





  for_each = foo(<<POLICY
	

	
POLICY
    ,
    # "
    <<-E-1
	hello
	${~" ${aws_x.y.0.z}=${~local.é}"~}- y: z
	EOT x
  
    E-1
  , "é😀")
  //
  lifecycle "é" "main" {
    count = aws_x.y[*].z[0].x_y.*
    provisioner "" {


      for "in" /*}*/ {

      } # }
    }
  }
  count20 = -1e3
  in      = <<-EOT
%{if 123456789012345678901234567890 * "{\\\""}a.b%{endif}
	
	[
EOT
  bb55    = self.id
}
