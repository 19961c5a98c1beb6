resource "aws_instance" "web" {
  connection {
    type        = "ssh"
    host        = self.public_ip
    private_key = file("~/.ssh/id_rsa")
  }
  provisioner "file" {
    source      = "conf/"
    destination = "/etc"
  }
  provisioner "remote-exec" {
    when       = destroy
    on_failure = continue
    inline = [
      "sudo apt-get update",
      "sudo apt-get install -y nginx", # web
    ]
  }
  lifecycle {
    create_before_destroy = true
    ignore_changes        = [tags, ami]
    precondition {
      condition     = var.x != ""
      error_message = "x"
    }
  }
}
