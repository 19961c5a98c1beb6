version  =[for	x_y in [ ]
  #
	:"${var.x  }${	
    each.key }"    ] &&    /*}*/! [ for  a in "${ - 1.5E-3  }${"["  ~}${ ! 0 }"  :  (  local.a-b  .    a.x_y	)    ] 
    über	/*}*/=/* m
 n */(
(
    "".x_y.x_y.*    
 )    
 )  
 bb	= "".x_y    
 depends_on=  join(	""    > "\n"[*].k.v	, 
 { 
  name =	!007   
 }  , "${ ""}\\\"a b50%"     
 ) [ ! aws_x.y.*.z[ * ] ].é    >	aws_x.y.0.z
	module { }	
    é  "web"  "a b"	{


_z  = ( ""	?  { T1  : foo  ,    bb : ! 1.5	, count=-1e+10 , (1e3)  ="a.b" ||	true      }[*].0	:  /* m
 n */provider::a::b( 
 )  >= [for  x_y , v	in  0 :1e3 ] ) 
 depends_on     = [ 
each.key,  { 
  tags :"~"     	
  source ="%"   /  true, // ö
éclair="hello" ? 1e+10 : 1e3     


 tags =foo  	
    }	,
self.id ,]    
}  
