for /* m
 n */ {

  check "x-y" "main" { bb = [].0 }
  /* m
   n */
  very_long_attribute_name_here60 = var.x /**/
  validation "a b" {

  }
  # "
  for "web" {
    nom_é = "%{if "\"" [local.é][*][{ for k, v in - foo : each.value[*].0 >= "\"" => "a b".*.0 if 007 } // d
    ]}$%{else}#%{endif}"
  }
  name          = 1.5
  T1 /* m
 n */ = <<EOF
  
- y: zend $
a}b${""}
  "q""q"
  EOF
}
