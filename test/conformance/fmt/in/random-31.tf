	provisioner in   "a b"	{
  _z=    "hello" [    "it's[${~ each.key    <=	 { for v, v  in	local.a-b:
 # ünï 日本 👩‍👩‍👧
each.value	=> "$x"    } }#".0.v> 123456789012345678901234567890].é.0 *  "${ (	0    )  }\\\""  
 for_each= "" /* m
   n */
 locals	{ }    
    x-y="" 

  
  locals	{


 # c
count =(	
 {	
  # c
    for_each  =    jsonencode(null ,  local.a-b 	# c
    )     
 }.a  [	"$"  .k  ][ var.x  ]	
 )
 } 
  } 
