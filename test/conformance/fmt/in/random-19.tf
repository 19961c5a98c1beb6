 a =	jsonencode (  # c
 [ 
each.value	, 1.5E-3	/ true ,    "<<EOT"  , ! 1
/**/ ] ,
# x = 1
).0 [ ( 
    "${~ {    
null     = local.a-b 
 nom_é =  "=" 


    source  =true  , 
  }    }["    )    ] [    (  
 !"" ) ] 

	true42 = <<-EOF
%	 tab
helloEOT x
%{ for é, v in each.value}it's%{endfor  }50%
  EOF
    if	web  {  // c
source= 1.5E-3 

version    ="\\\"" ?    join (
#x # y
<<é
	$${no}
	  a ba}b
	
é

 /* b */	,
  aws_x.y.0.z	 ) : [ for k  ,v  in  (	1e3    ?  007  :  1e3 # x = {
 )    :  "$".a.v  if "%{ for x_y, v in local.a-b }it's%{endfor }" ]  ?  { 
 }    :    { # c
 _z	/* b */= 1e3 / local.a-b
  for_each=    "~"	.a  
} # x = 1
 über= "\u00e9" +	123456789012345678901234567890 %	! [ for  é ,v  in "hello" : 1e3 ?  each.value	:    	foo    ]
    bb    = "${ null  <="" *aws_x.y[*].z[0].é	}"	
 }    
  
 日本19	= "${ true    }"// d
/* e */