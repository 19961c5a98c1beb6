A%{ if true }
  x
%{~ endif }B