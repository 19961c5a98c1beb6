/* { [ ( */
dynamic  "" {
 # }
 for_each=[
  #
 "a b100% sure".*.v==	/* b */(    1e3  ? 007: "="    ),    // d
 [  # x = {
!"=" ,  <<EOT
	${ "//x"
    /* b */ }$${no}
=
		 tab  a b
  EOT
	, each.value  
    ]<each.value.0    ,
core::max(	
  ) .	a  [    {	for  v	, v	in var.x :var.x  => var.x   if "$${no}" }    ]
     ] 
 moved   "main"	  "" {  bb  =  data.aws_ami.this.id }  # ${
 }
