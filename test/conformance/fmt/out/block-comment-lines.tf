a         = 1 /* over
two lines */
b         = /* over
two */ 2
/* x */ c = 3
