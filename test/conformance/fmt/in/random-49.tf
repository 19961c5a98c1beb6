  resource	    aws_instance	{
  
über	=/**/jsonencode(  each.value	,
 {
 }  
).0.a  - [
  (	"50%".    k.x_y ) ,
#x # y
 ].é  .	a[ * ]  
    module    "aws_instance"  {

//
 very_long_attribute_name_here = join( )[ * ].0    .  k 
 }  
    for_each78=  "${ "é😀"     ==  "" }"
 data		in  /* = */"main" {  
for_each="${(
 "$${no}" )  }"  
 }	
 data	in "x-y"  {
  
	}
# ünï 日本 👩‍👩‍👧
 source=	<<E-1
	{a}b
    E-1
    }    
	