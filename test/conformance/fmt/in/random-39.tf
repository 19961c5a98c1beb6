//
	terraform	    "x-y"  { # c

  
in85=module.m.out.0  .    a.0    
 /* { [ ( */
  日本  = "50%"[ * ].x_y 
depends_on30 =  core::max( 
	[ for v  in 007 
 : 
!"日本語" ] ,[     (// d
    "="	) ,     foo, 
 "é😀".   v	[ "::" ].* ,    
  ]	,  
( 
 "%{ for k in "/*"> true }$x%{endfor }${ "\t" }".é
 # x = 1
  )   ).a /**/||  ""
  
bb	="${
	## ---- ##
	"$${no}" }${ { 


  for_each ={/* y */
 depends_on =0 	
 "x/y"="%%{no}"   # c
 a =	1.5  , 
    über ="\u00e9"     
 }.v.0 . a ,    // ö

 "${var.x}"	:"{$${no}"     ,    
in : true&& foo .  a    . a     
 count    = "~" 	
 } }" ? [    ]: {    for x_y ,v in aws_x.y.*.z== "$":aws_x.y[*].z[0]  =>  "".  x_y == "{"     if "".0[ * ].é    }    
tags88	= null .  v 
    T1=var.x? foo	:    true /**/
  
	_z = [  
]
	} 
