	validation {
  
  source18 = <<é
  

%{if "" !=  !""    [ 0]	}//x%{ else    }$%{ endif }'
  a b
    é
 tags29    = { 
 x-y : ( "${ "it's"}it's"  # x = {
	)  // ö
    }  
 count= null # x = 1
 日本    = each.key    
terraform	 "" { // c
 } 
 } 
