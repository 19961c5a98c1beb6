output "web"  {

in =1e+10 
  depends_on =      data.aws_ami.this.id[ foo.*.a][*].é%[! {	for  k    ,v in	each.value: null  =>local.a-b  if 1.5 } , 
	{	for  x_y ,    v in 1.5E-3  : /* m
 n */var.x=>"//x"  }	? "/*" : "\u00e9",
    "%{ if "["}50%%{    else }\\%{ endif }hello" , ] /* { [ ( */
## ---- ##
  
	source =  "${(      {
 }[*]    - /* m
 n */""	)}"	
} 
