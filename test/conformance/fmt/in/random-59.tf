  
 module  "x-y"  {	/* c */  
/* { [ ( */
 version9 =    "${ !"${ jsonencode(  
 )    }100% sure" }日本語"    # }
 tags87	/* b */= "${	! foo }//x::"
    depends_on38 = "::#" 	/    {	
 } 
    éclair80 =	-[  for	é	,    v	in aws_x.y.0.z.x_y [	aws_x.y.0.z/	"%"	]    :   "日本語" ]    
/* { [ ( */
	a    =- {  for k ,  v  in {
  for	v, v	in	1.5E-3:  (
  # c
 true	/**/)    =>"<<EOT"	?    1e3 :	true  if ( var.x )    }.0 :  
  [ <<-EOT
[

${ ( true) }
  EOT
  ]  %	 (
	1 )=>  "${ -provider::a::b( 
)  
    }"	} 
 depends_on=	"${    data.aws_ami.this.id}"    
    }	
