dynamic "aws_instance" {
  for_each65 = "${(
    /* { [ ( */ [
    ])}${"" [*][var.x] >= "50% ${local.é}%{~if self.id}%%{no}%{else}\n%{endif}" != [
  for x_y, v in 42 : "100% sure"]}$${no}"
  _z76  = "::"
  nom_é = ("")
  for   = {}
}    