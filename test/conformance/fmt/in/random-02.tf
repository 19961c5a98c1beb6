/* { [ ( */

  bb = <<E-1
	

	E-1
 éclair88 =  jsonencode (  # c
( local.a-b ) ,    {
  tags :   "50%" [    1.5E-3 ] 
	source :   var.x  ==0        , 
"kubernetes.io/role"	=    <<EOT
  %{ for é in (	" " ) }hello%{endfor    }
	}EOT x
  %{ for x_y in 123456789012345678901234567890  }\\%{endfor }$$
    EOT
 1="100% sure"    ?  1.5 :"$${no}"	
	} ,  {  for é    ,    v  in  "\t" ?	1 :  123456789012345678901234567890 :1e+10>1e3 =>"\\\""}	/"".*<=  ( "\t" 
	)...  
    )	
 # c
  true28    = "${	[
 # ${
<<-é
%%{no}
  ${"" }
é
    ,
 ""
 ]~}$x"
