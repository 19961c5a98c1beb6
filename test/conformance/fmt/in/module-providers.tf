module "x" {
source = "./x"
providers = {
aws = aws
aws.east=aws.east
    azurerm.hub  = azurerm.connectivity
}
for_each=toset(["a","b"])
depends_on=[module.y,aws_x.z]
}
