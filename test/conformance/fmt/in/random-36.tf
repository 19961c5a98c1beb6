  lifecycle  aws_instance {  
x-y = <<é
x EOTEOTX
		 tab=
    é
 for_each = self.id# "



    dynamic	    ""  { a	=local.é }    
 _z    /* b */= {    for  k    , v  in true :    {	for  v ,	v	in 1.5E-3	:  "%%{no}"[	"a b"	].0 =>	0 ...    }.x_y.é.0 => core::max (
	# }
	) }	
    }	/* b */
