# "
lifecycle	 "web"      "web"  {
  
 depends_on= jsonencode( )/* { [ ( */
name= {    for  v, v  in {  for	a  ,	v  in "%" : each.value =>  "#" } /*}*/?join (null    , 
	).k : "%%{no}".k.k.é  :    
	"[$it's$${no}"
    #
=> -foo    . a}    
type  =<<-EOF
# no${[ # c
  ]  * {  
 name=  "[hello"	.x_y.v.v    
if: {	for k in  local.a-b	:"100% sure" =>1.5E-3	 if 1.5}.x_y.	k  # 日本
} * (    
	"%{ for x_y in null}<<EOT%{endfor }" >= "\\\"".0 
  )	}

  
    EOF
tags86    = "${    ! [ 
 <<EOT
x EOT
  
    EOT
 
	 // d
    ] }"    
    } 