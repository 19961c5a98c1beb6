#x # y
 output  "web"  "aws_instance"	{
	bb37 = 1e+10	
 source	= "${ {}  [    aws_x.y[*].z[0]	?	local.é    : "${    module.m.out}~${{ 
	(each.value): "\n"/* = */,	
(1e+10) : var.x  
	count	="é😀"	// ö
  }	}"  &&provider::a::b(    "::" , 
 0 ,	 1.5	
    )].a  }"  
    bb12="{100% sure//x\\"
 terraform		"aws_instance"  "" {  
 } 
    }  
