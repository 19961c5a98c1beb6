run "plan" {
  command = plan
  variables {
    a = 1
  }
  assert {
    condition     = output.x == "y"
    error_message = "no"
  }
  expect_failures = [var.a, ]
}
mock_provider "aws" {
  mock_resource "aws_x" {
    defaults = {}
  }
}
