locals {
  assignments = flatten([
    for group, members in var.groups : [
      for member in members : {
      group = group
        member=member
      key = "${group}-${member}"
      }
    ]
  ])
  by_key = { for a in local.assignments : a.key => a }
  sorted = {
  for k in sort(keys(local.by_key)) : k => local.by_key[k] if
    !contains(var.skip, k)
  }
}
