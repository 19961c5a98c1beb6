# ${
    check	"aws_instance"  {// c
tags	 ="{${  "a b=" [	(  join ( 
 ).a  )]	.  a	}" ?  "50%"  : local.é[ * ].0	/* { [ ( */
nom_é    =<<POLICY
end $
POLICY
 version  =    {  for k	in  "${ local.é }$x${~ foo.* [    (42
    ) ].0    *  1.5    >= /* = */"100% sure"  }${ (
  #x # y
 true	?"a.b" :	foo)~}"	:  foo (
 ).*.0.v =>1   if [ for	k	in  007	:  null    ]  }  
 }
/* e */