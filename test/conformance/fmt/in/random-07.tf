locals {
  
    T184    = "${    {
    version= core::max(    -var.x, 1.5 	)    [ self.id].x_y  	
 (var.x)  =  1e+10 -aws_x.y[*].z[0] /* x */
	}.é[ * ]	}"#
	true76=module.m.out 
über 	=join(each.key, <<E-1
  \n{
  $x
	${
 //
	aws_x.y.*.z !=module.m.out<     123456789012345678901234567890 }$
  
    E-1

  #x # y
  
).v ## ---- ##
dynamic   "web"   "main" {
 } 
  } 
