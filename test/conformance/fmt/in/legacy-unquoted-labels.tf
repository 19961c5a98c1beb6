resource aws_instance web {
  provisioner local-exec {
    command = "echo"
  }
}
data "aws_ami" ubuntu {
}
output  id  { value = 1 }
