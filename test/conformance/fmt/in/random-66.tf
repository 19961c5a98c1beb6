

  é  "x-y"	/*}*/{  



	null32 = [ local.a-b ,// d
 ["<<EOT"  , ( 
 var.x
)     
    ] ,	0  >core::max ( "[" ,	
"{"    	
 )    ,
    /* m
   n */ "#it's"[ * ]	[  [	for v in	42 :1e+10     if null 
] >=  "$${no}"[	local.a-b ] [ "[" ] ] .	a    ,  ] <=  1 ==    "${ /*}*/[	for a in	1e+10 : "\n"    ][*].0.v}日本語" 
über	=	"${[
# ${
	]    ?-data.aws_ami.this.id :var.x.a	[// d
 { for a  ,v	in var.x  .  x_y.*:"50%"  && each.value    => local.a-b}    ].x_y  <   [for  v , v  in each.value.0.a :  "\\\"" ]	}"
 } 