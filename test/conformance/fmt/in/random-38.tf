


    provisioner "main"  "main" {

version	={  null=  {for k in  - "~"	:  var.x    => 1e+10 	- foo  if "=" } ,	nom_é	    :"${ [    "%" , ]    }"    , "é"  :	42,	null	= core::max(<<-EOT
%
  
  EOT
  ,local.a-b > "\\\"" ,1e+10	 # x = {
	)	  }==  var.x 
    /* m
   n */
 if= var.x  # x = 1
 type = (
  /* { [ ( */ "50%" ) 
 } 
