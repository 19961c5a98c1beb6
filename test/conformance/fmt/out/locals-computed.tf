locals {
  name   = "ex-${basename(path.cwd)}"
  azs    = slice(data.aws_availability_zones.available.names, 0, 3)
  create = var.create && var.enabled
  max_subnet_length = max(
    length(var.private_subnets),
    length(var.elasticache_subnets),
  )
  nat_gateway_count = var.single_nat_gateway ? 1 : var.one_nat_gateway_per_az ? length(var.azs) : local.max_subnet_length
  tags = merge(
    {
      "Name" = format("%s", var.name)
    },
    var.tags,
    # last
    { for k, v in var.more : k => v if v != "" },
  )
  empty = {}
  list  = []
}
