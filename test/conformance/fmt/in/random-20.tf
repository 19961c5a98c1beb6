 check      ""  "aws_instance" {

 a	=aws_x.y[*].z[0]
 /* m
   n */
    日本77    =[# x = {
<<-POLICY

  
	${    - each.value ~}
    POLICY
    , "a b",	"a}b${~  "${"$".v.k }" . v . a[ # c
var.x	.    a -  var.x    ]}"    ,  ( /* m
 n */[
 ] )   ]    
 source78  =local.a-b.é# "
 # c
 validation	{type  =[jsonencode ( ) ?	{	for	v	, v  in	null:	null =>	true if "$x"}.0[ * ].x_y :  { for x_y , v in	1.5:    null=>    "\u00e9"  }	[  "50%" ].a.* || ( /*}*/"100% sure" ),    { for  v,v	in null * 1e+10  :true.v.v.é=>0 ?    local.a-b	: 007 }.a.a	?  core::max(  // d
).	é  :	(
//
"hello".0 // d
 )     ]}    
    } 
