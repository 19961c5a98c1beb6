variable	 "é"   "é" {type    	={ 
 count = [ # c
	true	<= "<<EOT"   , 
!var.x ]	# 日本


	(( [ foo,0	
     ]))=    {}.k , 
 "kubernetes.io/role":  local.a-b    
 }[ * ]  }
