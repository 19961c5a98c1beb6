 dynamic   "web"   ""  {// c
  
  resource	    "x-y"  /* = */"é"	{
 _z  =aws_x.y[*].z[0]    
  ## ---- ##
very_long_attribute_name_here64  =  <<E-1
  $${no}
  

E-1
 resource	"aws_instance" {
	for=  {  for	é , v in "" :("" )=>
    ## ---- ##
	!local.a-b ...}
	/* m
   n */
very_long_attribute_name_here94 = <<-EOT
	
  [%%{no}
	%{ for é in self.id }\\%{endfor }
	EOT  
}	
	count16= {}	
}    
    _z	=[42 , "["  >   "é😀" ||  true>=     "\\\"",    "${""	}\\\"$x%" ,/* b */{
	/* b */	for v	in  "日本語" :	(	"<<EOT" ) =>	foo	<    "{" 
} // d
]  
    bb  =   - [for  a in  1e+10:    [ for  v in "$x" ==  "[" :true.x_y.é [ # c
	0	] ]] 

    in ="".0.v[*]  
	source=<<EOT

$$x
  ${ "[" .a  }${ aws_x.y.*.z }
    EOT
	for_each=  module.m.out
 x-y =    [ # c
 "${ "%{if (  1.5 // d
	)    }%{ endif }"  }日本語"[*].0 , 
""    , 
    ]	||  "#"  
}
