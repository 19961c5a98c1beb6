resource "a" "b" { # opens
  x = 1            # set
}                  # closes
locals /* all */ {
}
data "x" "y" /* stays */ {} // end
