lifecycle {


  
count2 =    (  {    
}	/ [
    for k ,  v in	var.x	: foo    ].k  - data.aws_ami.this.id.k	
)
 nom_é = { for x_y in	[ for k in  "$${no}"[ 123456789012345678901234567890	].0.a  :    007    ] : "a.b"=> [	/* m
 n */!" "     
]    }[ self.id    ]    [ foo() ]	[ provider::a::b(  var.x    ,
    [ for	v,    v in 1e+10	: 42  ] , "50%[%{ for v, v in "="}it's%{endfor	}"  ,
    ) ]
 for_each/*}*/=/**/[  (
  provider::a::b( "<<EOT"
# ünï 日本 👩‍👩‍👧
  ) .  v
 # "
  )  ,// d
    (    42
# ${
    ),007,/**/ each.value     ].*.x_y  
 count/**/= "${~[ 
 "%{if "\\" <  null }\"%{ endif }"[*] [  1.5    ] . v	,]	
}" &&  -aws_x.y.0.z 
 }  
