resource "a" /* kind */ "b" { # opens
  x = 1 # set
} # closes
locals /* all */ {
}
data /* gone */ "x" /* gone too */ "y" /* stays */ {} // end
