# A fleet: one small site per entry of a map, and a page that links to all of them. Needs nothing but Node.

variable "sites" {
  type = map(object({
    port     = number
    greeting = optional(string, "Hello")
  }))
  default = {
    berlin = { port = 8331, greeting = "Guten Tag" }
    lisbon = { port = 8332, greeting = "Bom dia" }
    sydney = { port = 8333 }
  }
  description = "The sites by name."
}

module "site" {
  source   = "./site"
  for_each = var.sites
  name     = each.key
  port     = each.value.port
  greeting = each.value.greeting
}

resource "file" "index" {
  path    = "build/index.html"
  content = <<-EOT
    %{for name, site in module.site~}
    <a href="${site.url}">${name}</a>
    %{endfor~}
  EOT
}

output "urls" {
  value = { for name, site in module.site : name => site.url }
}
