/** A stack in which something depends on everything that a stack can have. */
export const richStack: Readonly<Record<string, string>> = {
  "main.cw": `variable "prefix" {
  type    = string
  default = "demo"
  validation {
    condition     = length(var.prefix) < 20 && length(local.names) < 9
    error_message = "too long: \${var.prefix}"
  }
}
variable "ports" {
  type    = map(number)
  default = { a = 8001, b = 8002 }
}
variable "debug" {
  type    = bool
  default = false
}
variable "token" {
  type      = string
  sensitive = true
}

locals {
  names = sort(keys(var.ports))
  tags  = { owner = var.prefix, list = join(",", local.names) }
  base  = "run/\${var.prefix}"
  chain = local.after
}
locals {
  after = "\${local.base}-x"
  web   = service.web
  path  = file.config.path
}

resource "directory" "data" {
  path = "\${local.base}/data"
  lifecycle {
    prevent_destroy = true
  }
}
resource "file" "config" {
  path    = "\${local.base}/app.conf"
  content = <<-EOT
    data = \${directory.data.path}
    %{for name in local.names~}
    \${name} = \${var.ports[name]}
    %{endfor~}
  EOT
}
resource "file" "copy" {
  path    = "\${local.chain}/copy"
  content = "\${file.config.sha256} \${upper(file.config.sha256)} \${local.path}"
}
resource "file" "many" {
  for_each = var.ports
  path     = "\${local.base}/\${each.key}"
  content  = "\${each.value} \${local.tags.owner}"
}
resource "file" "more" {
  for_each = file.many
  path     = "\${each.value.path}.more"
  content  = each.key
}
resource "service" "web" {
  command    = ["node", "web.mjs", file.config.path]
  ports      = [{ external = var.ports["a"], internal = 80 }]
  env        = { HOSTS = jsonencode([for f in file.many : f.path]), TOKEN = var.token }
  depends_on = [file.copy, module.site]
  health_check {
    path = "/up"
  }
}
resource "service" "api" {
  count   = var.debug ? 2 : 1
  command = ["node", "api.mjs", tostring(count.index)]
  env     = { WEB = service.web.url, FIRST = file.many["a"].path }
  lifecycle {
    replace_triggered_by = [file.config]
  }
}
resource "task" "seed" {
  command  = ["node", "seed.mjs"]
  triggers = { web = local.web.url, site = module.site.path }
}
resource "note" "hello" {
  text = "hello \${local.after}"
}

verify "http" "up" {
  url = service.api[0].url
}
verify "command" "all" {
  command = ["true"]
}

output "url" {
  value      = service.web.url
  depends_on = [task.seed]
}
output "all" {
  value = [for s in service.api : s.name]
}
moved {
  from = file.old
  to   = file.config
}
removed {
  from = file.gone
}
`,
  "more.cw": `module "site" {
  source = "./site"
  name   = "\${local.base}-site"
  port   = var.ports["b"]
}
module "sites" {
  source   = "./site"
  for_each = toset(local.names)
  name     = each.key
  port     = 9000
}
kind "note" {
  attribute "text" {
    type     = string
    required = true
  }
  output "id" {}
  ensure {
    run     = "bash"
    content = "echo id=1"
  }
}
clockwork {
  required_version = ">= 0.0.1"
}
`,
  "clockwork.cwvars": 'token = "abc"\nprefix = "mine"\n',
  "site/main.cw": `variable "name" {
  type = string
}
variable "port" {
  type = number
  validation {
    condition     = var.port > 1000
    error_message = "too low"
  }
}
locals {
  dir = "run/\${var.name}"
}
resource "file" "page" {
  path    = "\${local.dir}/page.html"
  content = "port \${var.port}"
}
module "inner" {
  source = "./inner"
  path   = file.page.path
}
output "path" {
  value = module.inner.path
}
`,
  "site/inner/main.cw": `variable "path" {
  type = string
}
resource "file" "link" {
  path    = "\${var.path}.link"
  content = file("data.txt")
}
output "path" {
  value = file.link.path
}
`,
  "data.txt": "some data\n",
};
