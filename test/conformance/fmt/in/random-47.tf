# c
  terraform	    "aws_instance"	{
	a	=    <<-E-1
	
E-1
    null31    ="${  { for	é in	( 
 ! [ ]// d
	) :[  "\\\""	&&  1.5
  # ${
 , ]	 ?    {for	a,v in "[": each.value=> 1e3...    }.é:    1e+10/ each.value /* = */.	k ==    1.5E-3    =>  
"[".v%  {  _z   : "::" }  if "%{ for x_y in data.aws_ami.this.id }a}b%{endfor }"	}}"
 for={ (join( "\t"  ,
    // d
 each.value ?"::" : "hello",  )) =  [ for v , v in	foo: 1  ]    , "${var.x}" :    [][ * ]- aws_x.y.*.z     }  
nom_é  = ""
 }    ## ---- ##
