variable "image_id" {
  type        = string
  description = "The id of the machine image (AMI) to use for the server."
  nullable    = false
  validation {
    condition     = length(var.image_id) > 4 && substr(var.image_id, 0, 4) == "ami-"
    error_message = "The image_id value must be a valid AMI id, starting with \"ami-\"."
  }
  validation {
    condition     = can(regex("^ami-[0-9a-f]+$$", var.image_id)) || !startswith(var.image_id, "x")
    error_message = "Bad: ${var.image_id}."
  }
}
