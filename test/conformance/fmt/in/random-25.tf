    resource  {
  
 name10  =    "%%{no}%{ for v in "".a      +    (
/* b */  - {	for x_y	in	true :"{" =>123456789012345678901234567890    } 
 )}\n%{endfor  }".k.a  
    a = {([  for	a  in  null : ( each.value) ]) =  each.key    [[  for  v in	"%%{no}"	:	42 ]|| "%"].k	,  ("")= "é😀".0[ * ].é ?  [null ]: null	, count =/* m
 n */local.é  	, type: "${ "${~"日本語" }é😀"  ["{" ] }%{ for é in !{	for	a,v in "$x" : 1e3  => 1.5 ... }.0.v.0 }$%{endfor  }it's "}	[ 007    ].*.x_y
  } # ${
