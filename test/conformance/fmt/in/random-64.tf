
provisioner    "x-y" {
  
#
if93 =    self.id	[ self.id.x_y.x_y  ] ["日本語${~    var.x.v	.v     -    self.id ? each.value	:foo}=50%".é	["${// d
 ! "${    1e+10 }{"[each.value  ].    a.* }${"/*${ "\u00e9"  ?"/*"  : "é😀"}" }日本語" > {for x_y , v in  true:42	
	=> "/*"...   if "~"}]    ].x_y 
 check  "web"  /* m
 n */	"é" {

 type={ nom_é= "".a[ ! [  for x_y	in  123456789012345678901234567890 :	"%%{no}"  if true	]	].0 , 日本 : "" ,	true	= var.x ,"b c" =/**/[ ]    ,}. k.é	
 /**/
  if = (
	each.value # x = {
 ) 
 // d
 count19	=	{ 
éclair= var.x.*  <    join( )	
 }    
    //
 bb    ="\n" 
    éclair =    {  "é"	: local.é	}    
	} 
variable for	{
  for_each42=module.m.out	
    éclair73	=    /*}*/<<POLICY

EOT x  a b
POLICY
 type =  optional(bool	)
  } 
  T1 =	"\\" 
 }  