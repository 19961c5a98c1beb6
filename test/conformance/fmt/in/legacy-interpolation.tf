resource "aws_instance" "web" {
  count         = "${var.enabled ? 1 : 0}"
  ami           = "${data.aws_ami.ubuntu.id}"
  instance_type = "${lookup(var.types, "${terraform.workspace}", "t2.micro")}"
  subnet_id     = "${element(split(",", var.subnets), count.index)}"
  name          = "web-${count.index}"
  both          = "${var.a}${var.b}"
  user_data     = "${file("${path.module}/user-data.sh")}"
  tags          = "${merge(var.tags, map("Name", "web"))}"
  list          = ["${var.x}"]
  multi = "${
    var.y
  }"
  ternary = "${var.long ?
    var.a :
    var.b}"
  parens = "${(
    var.z
  )}"
  map { key = "${var.q}" }
  text = "${"x"}"
}
