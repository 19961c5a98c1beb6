/* m
   n */
  
  module     "web"	{

	bb65 =  -[ provider::a::b(    -"a b"  , 1 
  , 
 "a.b" 
 )[*]    ? "%{ for v, v in null.a.x_y[ * ] }\\\"%{endfor }"    ? /* = */1e+10    : ( 
1e+10) :""    ,    ]	
 for    = (
"\"${{    for k ,v  in 1e+10 :true - 007 =>    "a.b"}    ~}".a ) 
  x-y= - {	
 ({if  :"%"	?/* m
 n */"\n"	: 007 ,éclair = /* = */var.x,	((	"100% sure"	))= "{"     }.k.0 > (  
 42# c
))=	- {(null)=	"a b" }      
	"é"	=     1.5     
}
    }