resource "aws_security_group" "allow_tls" {
  name        = "allow_tls"
  description = "Allow TLS inbound traffic"
  vpc_id      = "${aws_vpc.main.id}"

  ingress {
    from_port = 443
    to_port  = 443
    protocol = "tcp"
    cidr_blocks = ["${aws_vpc.main.cidr_block}","0.0.0.0/0"]
    }

  egress = [{
    from_port   = 0,
    to_port = 0
    protocol = "-1"
    cidr_blocks = [ "0.0.0.0/0" ]
  }]
}
