data "aws_iam_policy_document" "doc" {
  dynamic "statement" {
    for_each = var.statements
    iterator = s
    content {
      sid     = s.value.sid
      effect  = lookup(s.value, "effect", "Allow")
      actions = s.value["actions"]
      dynamic "condition" {
        for_each = try(s.value.conditions, [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}
