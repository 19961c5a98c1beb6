
provider "for" "web" {
  count = "%{if[] ? {
    ((
      local.a-b
    )) : 1
    }.a[*] /* b */ ? /* b */ "é😀" : aws_x.y.*.z : ( # x = {
    ("/*"
    )
  )}\t%{endif}"
}
