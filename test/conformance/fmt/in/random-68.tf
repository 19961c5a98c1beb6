
	resource  ""	in	{

    check { type= { for v in	"<<EOT" % { 
 } [	each.value    ] : 1 => 
 ""	==	"$${no}" ... } } 
 lifecycle   web  { } 
 über=	"" 
 }
