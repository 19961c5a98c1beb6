
 é { # c




	for =<<EOF

	%%{no}${foo(	1e3 	# c
	)    ~}
	EOF
tags =    "${	""  != aws_x.y[*].z[0] /	1.5 }" #x # y
 very_long_attribute_name_here={	# c
 in /*}*/=	(	
  "日本語"	)  ,
/* e */
 42 :null  [""[*]] /* m
 n */. v	,
 } 
}
