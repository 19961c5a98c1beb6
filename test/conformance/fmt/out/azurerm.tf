resource "azurerm_linux_virtual_machine" "vm" {
  count                           = length(var.names)
  name                            = "${var.prefix}-vm-${count.index}"
  resource_group_name             = azurerm_resource_group.rg.name
  disable_password_authentication = false
  network_interface_ids           = [element(azurerm_network_interface.nic.*.id, count.index)]

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Standard_LRS"
  }

  source_image_reference {
    publisher = "Canonical"
    offer     = "0001-com-ubuntu-server-jammy"
  }
  timeouts { create = "60m" }
}
