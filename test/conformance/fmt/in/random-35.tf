# ünï 日本 👩‍👩‍👧
  validation	 	""	"" {
  
    tags62    =	"${    [	-[ "a}b" ], 
  ].x_y	}" 
# }
in 	="%{ if "%" ~}$%{	else	} %{ endif ~}#".v[*]    
  //
 lifecycle "x-y" { 
 
 }    
 } 
  