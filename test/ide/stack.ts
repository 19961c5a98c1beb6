import { Index } from "../../server/src/ide/index.ts";
import { type FileRange, locate } from "../../server/src/ide/snapshot.ts";
import { type Marked, placeIn } from "../support/ide.ts";

/** A stack with a place in it. */
export async function indexOf(marked: Marked) {
  const { snapshot, file, text, offset } = await placeIn(marked);
  return { index: new Index(snapshot), place: { file, offset }, text };
}

/** `main.cw:3 var.<image>`: the line with the range in brackets. */
export function show(index: Index, { file, start, end }: FileRange): string {
  const text = locate(index.snapshot, file)?.source.text;
  if (text === undefined) return file;
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const behind = text.indexOf("\n", end);
  const line = `${text.slice(from, start)}<${text.slice(start, end)}>${text.slice(end, behind < 0 ? text.length : behind)}`;
  return `${file}:${text.slice(0, start).split("\n").length} ${line.trim()}`;
}

/** A stack that has one of everything; `module` files are in `net/`. */
export const everything: Readonly<Record<string, string>> = {
  "main.cw": `variable "image" {
  type    = string
  default = "nginx"
}
locals {
  tag  = "\${var.image}:1"
  tags = [for i, t in [local.tag] : "\${i}\${t}"]
}
resource "service" "web" {
  image      = local.tag
  depends_on = [app.one, "volume.data"]
  dynamic "port" {
    for_each = [1]
    content {
      internal = port.value
      external = 80
    }
  }
  lifecycle {
    ignore_changes = [image]
  }
}
resource "volume" "data" {
  for_each = { a = 1 }
  name     = each.key
}
resource "app" "one" {
  size = 1
}
kind "app" {
  attribute "size" {
    type = number
  }
  output "address" {}
}
verify "http" "up" {
  url        = service.web.url
  depends_on = [verify.http.up2]
}
verify "http" "up2" {
  url = "http://x"
}
module "net" {
  source = "./net"
  name   = var.image
  size   = app.one.size
}
output "all" {
  value = [module.net.id, app.one.address, volume.data["a"].name, service.web.image, file("a.txt")]
}
moved {
  from = service.old
  to   = service.web
}
`,
  "net/main.cw": `variable "name" {}
variable "size" {}
resource "network" "lan" {
  name = var.name
}
output "id" {
  value = network.lan.id
}
`,
  "clockwork.cwvars": `image = "caddy"
`,
};

/** The same with the cursor inside of the first text that is found, behind its first `@`. */
export function marked(place: string, files = everything): Readonly<Record<string, string>> {
  const plain = place.replace("@", "");
  const file = Object.keys(files).find((name) => files[name]?.includes(plain));
  if (file === undefined) throw new Error(`nowhere: ${plain}`);
  return { ...files, [file]: files[file]?.replace(plain, () => place.replace("@", "<|>")) ?? "" };
}
