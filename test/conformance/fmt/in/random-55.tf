/* b */
    module  {


true =""  /	self.id 
  /* b */
日本 =foo (core::max(
 each.value.v.é [	1.5E-3	]>= 123456789012345678901234567890    , ).0 !="\\"	. a.k    .    /* m
 n */x_y< 1
 #x # y
	 
    )	[ each.key 
	] 
	version	=(    (
  (	local.a-b )    )	    ) 
  a5=007    //* = */ var.x    
  _z15 = "${    true.v	. /**/v    }%{ for k in aws_x.y.*.z  .x_y.k.x_y}/*%{endfor}".0    
  } 
