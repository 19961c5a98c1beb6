// Makes equal stacks of N resources for Clockwork and for Terraform, so that the two can be compared on the same work: the
// same blocks, attributes, templates, references, locals and functions, here as Clockwork's kinds, there as
// `terraform_data` resources, which are built into Terraform and need no provider and no network.
//
//   node test/bench/generate.mjs N DIR        writes DIR/clockwork/*.cw and DIR/terraform/*.tf
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Resources of one site; the stack is as many sites as it takes. */
export const siteSize = 10;
const sitesPerFile = 50;
/** Sites that refer to the one before form chains of this length. */
const chain = 20;

/** An attribute whose value is an expression, written over several lines where it has them. */
const set = (name, expression) => ({ name, expression });
const block = (name, ...items) => ({ name, items });
const text = (...lines) => ({ lines });
/** An object, a line for each of its attributes. */
const object = (fields) => ({ fields: Object.entries(fields) });
const list = (...entries) => ({ entries });

const clockwork = {
  extension: "cw",
  reference: (kind, name, output) => `${kind}.${name}.${output}`,
  address: (kind, name) => `${kind}.${name}`,
  resource: (kind, name, items, needs) => [
    `resource "${kind}" "${name}" {`,
    ...body(needs ? [...items, set("depends_on", `[${needs}]`)] : items, "  ", (b, indent) => [
      `${indent}${b.name} {`,
      ...body(b.items, `${indent}  `),
      `${indent}}`,
    ]),
    "}",
    "",
  ],
};

const terraform = {
  extension: "tf",
  reference: (kind, name) => `terraform_data.${kind}_${name}.id`,
  address: (kind, name) => `terraform_data.${kind}_${name}`,
  resource: (kind, name, items, needs) => [
    `resource "terraform_data" "${kind}_${name}" {`,
    "  input = {",
    ...body(items, "    ", (b, indent) => [
      `${indent}${b.name} = {`,
      ...body(b.items, `${indent}  `),
      `${indent}}`,
    ]),
    "  }",
    ...(needs ? [`  depends_on = [${needs}]`] : []),
    "}",
    "",
  ],
};

/** Attributes and blocks, laid out as `fmt` does: the `=` of neighbouring lines aligned. */
function body(items, indent, nested) {
  return items.flatMap((item, at) => {
    if (item.items) return nested(item, indent);
    const { name, expression } = item;
    const aligned = isLine(item) || expression.lines !== undefined;
    const width = aligned ? Math.max(...neighbours(items, at).map((i) => i.name.length)) : 0;
    if (typeof expression === "string") return [`${indent}${name.padEnd(width)} = ${expression}`];
    const [first, ...more] = written(expression, indent);
    return [`${indent}${name.padEnd(width)} = ${first}`, ...more];
  });
}

const isLine = (item) => typeof item.expression === "string";

/** The run of one-line attributes around one, with the heredoc that may end it. */
function neighbours(items, at) {
  let first = at;
  while (first > 0 && isLine(items[first - 1])) first--;
  let last = at;
  while (last + 1 < items.length && isLine(items[last]) && isLine(items[last + 1])) last++;
  if (isLine(items[last]) && items[last + 1]?.expression?.lines) last++;
  return items.slice(first, last + 1);
}

/** An expression of several lines; the first has no indent. */
function written(expression, indent) {
  if (expression.lines) {
    const lines = expression.lines.map((line) => (line === "" ? "" : `${indent}  ${line}`));
    return ["<<-EOT", ...lines, `${indent}EOT`];
  }
  if (expression.entries) return ["[", ...expression.entries.map((e) => `${indent}  ${e},`), `${indent}]`];
  const width = Math.max(...expression.fields.map(([name]) => name.length));
  return [
    "{",
    ...expression.fields.map(([name, e]) => `${indent}  ${name.padEnd(width)} = ${e}`),
    `${indent}}`,
  ];
}

const head = `variable "prefix" {
  type        = string
  default     = "bench"
  description = "Put in front of every name."
}

variable "base_port" {
  type    = number
  default = 10000
}

variable "debug" {
  type    = bool
  default = false
}

variable "regions" {
  type    = map(string)
  default = { eu = "eu.example.com", us = "us.example.com", ap = "ap.example.com" }
}

locals {
  region_names = sort(keys(var.regions))
  common_tags  = { owner = "platform", stack = var.prefix, regions = join(",", local.region_names) }
  log_level    = var.debug ? "debug" : "info"
}
`;

/** One site: ten resources that refer to each other and, within a chain, to the site before. */
function site(n, tool) {
  const { reference, address, resource } = tool;
  const name = (what) => `${what}_${n}`;
  const linked = n % chain !== 0;
  const upstream = linked ? reference("file", `config_${n - 1}`, "path") : '"none"';
  return [
    "locals {",
    `  site_${n} = "\${var.prefix}-site-${n}"`,
    `  port_${n} = var.base_port + ${n} * 4`,
    `  tags_${n} = merge(local.common_tags, { site = local.site_${n}, tier = ${n} % 3 == 0 ? "gold" : "basic" })`,
    "}",
    "",
    `# Site ${n}: a web server, an interface and a worker with their files.`,
    "# The interface listens beside the web server; the worker waits for it.",
    ...resource("network", name("net"), [
      set("name", `"\${local.site_${n}}-net"`),
      set("driver", '"bridge"'),
      set(
        "labels",
        object({ site: `local.site_${n}`, owner: "local.common_tags.owner", tier: `local.tags_${n}.tier` }),
      ),
    ]),
    ...resource("directory", name("data"), [
      set("path", `"run/\${local.site_${n}}/data"`),
      set("mode", '"0750"'),
    ]),
    ...resource("file", name("config"), [
      set("path", `"run/\${local.site_${n}}/app.conf"`),
      set("mode", '"0640"'),
      set(
        "content",
        text(
          `# Configuration of \${local.site_${n}}`,
          `listen    = \${local.port_${n}}`,
          `data_dir  = \${${reference("directory", name("data"), "path")}}`,
          `log_level = \${upper(local.log_level)}`,
          `%{for key, value in local.tags_${n}~}`,
          "tag.${key} = ${value}",
          "%{endfor~}",
          "cache_mb  = ${var.debug ? 16 : 256}",
          "workers   = 4",
          "timeout_s = 30",
          "",
          "[paths]",
          "templates = templates/site",
          "static    = static/site",
        ),
      ),
    ]),
    ...resource("file", name("hosts"), [
      set("path", `"run/\${local.site_${n}}/hosts.json"`),
      set(
        "content",
        `jsonencode({ for region, host in var.regions : region => "\${local.site_${n}}.\${host}" if region != "ap" })`,
      ),
      set("mode", '"0644"'),
    ]),
    ...resource("service", name("web"), [
      set("image", '"nginx:1.27"'),
      set("networks", `[${reference("network", name("net"), "id")}]`),
      set("labels", `local.tags_${n}`),
      set("restart", '"always"'),
      set(
        "ports",
        list(
          `{ external = local.port_${n}, internal = 8080, host_ip = "127.0.0.1" }`,
          `{ external = local.port_${n} + 1, internal = 8443, protocol = "tcp" }`,
        ),
      ),
      set(
        "env",
        object({
          SITE: `local.site_${n}`,
          LOG_LEVEL: "local.log_level",
          WORKERS: `var.debug ? 1 : ${2 + (n % 4)}`,
        }),
      ),
      block(
        "logging",
        set("driver", '"json-file"'),
        set("opts", object({ '"max-size"': '"10m"', '"max-file"': '"3"' })),
      ),
    ]),
    ...resource("service", name("api"), [
      set("command", `["node", "api.mjs", "--config", ${reference("file", name("config"), "path")}]`),
      set("ports", `[{ external = local.port_${n} + 2, internal = local.port_${n} + 2 }]`),
      set("env", object({ SITE: `local.site_${n}`, LOG_LEVEL: "local.log_level", UPSTREAM: upstream })),
      block("resources", set("cpus", "0.5"), set("memory", `format("%dm", ${n} % 2 == 0 ? 256 : 512)`)),
    ]),
    ...resource(
      "service",
      name("worker"),
      [
        set("command", '["node", "worker.mjs"]'),
        set("env", object({ SITE: `local.site_${n}`, HOSTS: reference("file", name("hosts"), "path") })),
        set("workdir", reference("directory", name("data"), "path")),
        set("restart", 'var.debug ? "no" : "on-failure"'),
      ],
      address("service", name("api")),
    ),
    ...resource("task", name("seed"), [
      set("command", `["node", "seed.mjs", "--site", local.site_${n}, "--rows", tostring(${n} * 100)]`),
      set(
        "triggers",
        object({ site: `local.site_${n}`, config: reference("file", name("config"), "sha256") }),
      ),
      set("env", object({ DATA: reference("directory", name("data"), "path"), SITE: `local.site_${n}` })),
      set("creates", `"run/\${local.site_${n}}/seeded"`),
    ]),
    ...resource("file", name("unit"), [
      set("path", `"run/\${local.site_${n}}/site.unit"`),
      set(
        "content",
        text(
          "[Unit]",
          `Description=\${title(replace(local.site_${n}, "-", " "))}`,
          `Regions=\${join(" ", [for r in local.region_names : upper(r)])}`,
          "",
          "[Service]",
          "Type=simple",
          `WorkingDirectory=/srv/\${local.site_${n}}/data`,
          `ExecStart=/usr/bin/node /srv/\${local.site_${n}}/api.mjs --port \${local.port_${n}}`,
          `Environment=PORT=\${local.port_${n}}`,
          `Restart=\${${n} % 2 == 0 ? "always" : "on-failure"}`,
        ),
      ),
    ]),
    ...resource(
      "directory",
      name("logs"),
      [set("path", `"run/\${local.site_${n}}/logs"`), set("mode", 'var.debug ? "0777" : "0755"')],
      `${address("service", name("web"))}, ${address("task", name("seed"))}`,
    ),
  ];
}

/** The files of a stack of `resources` resources (a multiple of ten), by name. */
export function stack(toolName, resources) {
  const tool = { clockwork, terraform }[toolName];
  if (!tool || resources < siteSize || resources % siteSize !== 0) {
    throw new Error(`no ${toolName} stack of ${resources} resources: it takes a multiple of ${siteSize}`);
  }
  const files = { [`main.${tool.extension}`]: head };
  const sites = resources / siteSize;
  for (let first = 0; first < sites; first += sitesPerFile) {
    const lines = [];
    for (let n = first; n < Math.min(first + sitesPerFile, sites); n++) lines.push(...site(n, tool));
    files[`sites-${String(first).padStart(5, "0")}.${tool.extension}`] = `${lines.join("\n")}`;
  }
  return files;
}

/** Writes a stack; answers its size. */
export async function writeStack(toolName, resources, folder) {
  await mkdir(folder, { recursive: true });
  const files = Object.entries(stack(toolName, resources));
  for (const [name, content] of files) await writeFile(join(folder, name), content);
  return {
    lines: files.reduce((sum, [, content]) => sum + content.split("\n").length - 1, 0),
    bytes: files.reduce((sum, [, content]) => sum + Buffer.byteLength(content), 0),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [resources, folder] = [Number(process.argv[2]), process.argv[3]];
  if (!Number.isInteger(resources) || !folder) {
    process.stderr.write("usage: node test/bench/generate.mjs N DIR\n");
    process.exit(1);
  }
  for (const toolName of ["clockwork", "terraform"]) {
    const { lines, bytes } = await writeStack(toolName, resources, join(folder, toolName));
    process.stdout.write(`${toolName}: ${lines} lines, ${bytes} bytes\n`);
  }
}
