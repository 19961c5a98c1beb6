A%{ if true ~}


  a%{ endif }
