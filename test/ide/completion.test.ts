import { describe, expect, test } from "vitest";
import { type CompletionItem, complete } from "../../server/src/ide/completion.ts";
import { type Marked, placeIn } from "../support/ide.ts";

async function itemsAt(marked: Marked): Promise<readonly CompletionItem[]> {
  const { snapshot, file, text, offset } = await placeIn(marked);
  const { items } = complete(snapshot, file, text, offset);
  return [...items].sort((a, b) => a.rank - b.rank || (a.label < b.label ? -1 : 1));
}

const labelsAt = async (marked: Marked): Promise<string[]> => (await itemsAt(marked)).map((i) => i.label);

/** The text after an item has been taken, with its places. */
async function taken(marked: Marked, label: string): Promise<string> {
  const { snapshot, file, text, offset } = await placeIn(marked);
  const item = complete(snapshot, file, text, offset).items.find((i) => i.label === label);
  if (!item) throw new Error(`${label} is not offered`);
  return text.slice(0, item.start) + item.insert + text.slice(Math.max(item.end, offset));
}

const declarations = `
variable "port" {
  type    = number
  default = 8080
}
variable "tags" {
  type    = map(string)
  default = { team = "core" }
}
locals {
  app = { name = "web", ports = [1, 2], deep = { x = true } }
}
resource "repository" "app" {
  url = "https://example.com/app.git"
}
`;

describe("bodies", () => {
  test("the top level has blocks and whole headers", async () => {
    const labels = await labelsAt("<|>");
    expect(labels.slice(0, 4)).toEqual(["resource", "variable", "locals", "output"]);
    expect(labels).toContain("resource service");
    expect(labels).toContain("verify http");
  });

  test("what is typed is replaced", async () => {
    expect(await taken("vari<|>", "variable")).toBe('variable "${1:name}" {\n  $0\n}');
  });

  test("a block brings along what it cannot do without", async () => {
    expect(await taken("<|>", "resource repository")).toBe(
      'resource "repository" "${1:name}" {\n  url = "$2"\n}',
    );
    expect(await taken("<|>", "resource service")).toBe(
      'resource "service" "${1:name}" {\n  ${2|image,command|} = $3\n}',
    );
  });

  test("attributes that are not there yet, required ones first, and those of every resource last", async () => {
    const labels = await labelsAt('resource "image" "a" {\n  tags = ["a"]\n  <|>\n}');
    expect(labels).toMatchInlineSnapshot(`
      [
        "context",
        "dockerfile",
        "build_args",
        "target",
        "platform",
        "count",
        "for_each",
        "depends_on",
        "timeout",
        "retries",
        "lifecycle",
      ]
    `);
  });

  test("in a half-typed block", async () => {
    expect(await labelsAt('resource "repository" "a" {\n  u<|>')).toContain("url");
    expect(
      await labelsAt('resource "repository" "a" {\n  url = "x"\n  re<|>\n\nvariable "b" {}\n'),
    ).toContain("ref");
    expect(await labelsAt('resource "repository" "a" {\n  url = \n  re<|>\n}')).toContain("ref");
  });

  test("nested blocks and their attributes", async () => {
    expect(await labelsAt('resource "service" "a" {\n  port {\n    external = 1\n    <|>\n  }\n}')).toEqual([
      "internal",
      "protocol",
      "host_ip",
    ]);
    expect(await taken('resource "service" "a" {\n  po<|>\n}', "port")).toBe(
      'resource "service" "a" {\n  port {\n    external = $1\n    internal = $2\n  }\n}'
        .replace("    ext", "  ext")
        .replace("    int", "  int")
        .replace("  }\n}", "}\n}"),
    );
  });

  test("blocks of the language", async () => {
    expect(await labelsAt('resource "file" "a" {\n  lifecycle {\n    <|>\n  }\n}')).toEqual([
      "prevent_destroy",
      "ignore_changes",
      "replace_triggered_by",
    ]);
    expect(await labelsAt('variable "a" {\n  validation {\n    <|>\n  }\n}')).toEqual([
      "condition",
      "error_message",
      "required attributes",
    ]);
    expect(await labelsAt("moved {\n  <|>\n}")).toEqual(["from", "to", "required attributes"]);
    expect(await labelsAt("clockwork {\n  agent {\n    <|>\n  }\n}")).toEqual([
      "compiler",
      "model",
      "limits",
    ]);
    expect(await labelsAt('kind "k" {\n  script "ensure" {\n    <|>\n  }\n}')).toContain("lang");
    expect(
      await labelsAt('resource "service" "a" {\n  dynamic "port" {\n    content {\n      <|>\n    }\n  }\n}'),
    ).toEqual(["external", "internal", "required attributes", "protocol", "host_ip"]);
  });

  test("a module's variables", async () => {
    const files = {
      "main.cw": 'module "net" {\n  source = "./net"\n  <|>\n}\n',
      "net/main.cw": 'variable "size" {\n  type = number\n}\nvariable "label" {\n  default = "x"\n}\n',
    };
    expect(await labelsAt(files)).toEqual(["size", "label", "count", "for_each", "depends_on"]);
  });

  test("values files have the variables that are not set yet", async () => {
    const files = { "main.cw": declarations, "clockwork.cwvars": "port = 1\n<|>" };
    expect(await labelsAt(files)).toEqual(["tags"]);
  });

  test("an attribute's name alone is replaced where its value is there", async () => {
    expect(await taken('resource "file" "a" {\n  pa<|> = "x"\n}', "path")).toBe(
      'resource "file" "a" {\n  path = "x"\n}',
    );
  });
});

describe("labels", () => {
  test("kinds, with the rest of the block", async () => {
    expect(await taken('resource "<|>"', "repository")).toBe(
      'resource "repository" "${1:name}" {\n  url = "$2"\n}',
    );
    expect(await taken("resource re<|>", "repository")).toBe(
      'resource "repository" "${1:name}" {\n  url = "$2"\n}',
    );
    expect(await taken('resource "re<|>" "x" {\n}', "repository")).toBe('resource "repository" "x" {\n}');
  });

  test("of the stack, too", async () => {
    const text =
      'kind "cert" {\n  script "ensure" {\n    lang = "bash"\n    content = "x"\n  }\n}\nresource "<|>" "a" {\n}\n';
    expect(await labelsAt(text)).toContain("cert");
  });

  test("names are nobody's business", async () => {
    expect(await labelsAt('resource "file" "<|>" {\n}')).toEqual([]);
    expect(await labelsAt('variable "<|>" {\n}')).toEqual([]);
  });
});

describe("references", () => {
  const inValue = (value: string) => `${declarations}\nresource "service" "web" {\n  name = ${value}\n}\n`;

  test("whole references are found by a part of their names", async () => {
    const labels = await labelsAt(inValue("po<|>"));
    expect(labels).toContain("var.port");
    expect(labels).toContain("local.app");
    expect(labels).toContain("repository.app");
    expect(labels).toContain("join");
  });

  test("behind a dot", async () => {
    expect(await labelsAt(inValue("var.<|>"))).toEqual(["port", "tags"]);
    expect(await labelsAt(inValue("repository.<|>"))).toEqual(["app"]);
    expect(await labelsAt(inValue("repository.app.<|>"))).toEqual(
      expect.arrayContaining(["workdir", "commit", "url"]),
    );
    expect(await labelsAt(inValue("local.app.<|>"))).toEqual(
      expect.arrayContaining(["name", "ports", "deep"]),
    );
    expect(await labelsAt(inValue("local.app.deep.<|>"))).toEqual(["x"]);
    expect(await labelsAt(inValue("var.tags.<|>"))).toEqual(["team"]);
  });

  test("in text that breaks off", async () => {
    expect(await labelsAt(`${declarations}\nresource "service" "web" {\n  name = var.<|>`)).toEqual([
      "port",
      "tags",
    ]);
    expect(await labelsAt(`${declarations}\nresource "service" "web" {\n  name = "a-\${var.<|>`)).toEqual([
      "port",
      "tags",
    ]);
    expect(
      await labelsAt(`${declarations}\nresource "service" "web" {\n  name = join("-", [var.<|>\n}\n`),
    ).toEqual(["port", "tags"]);
    expect(await labelsAt(`${declarations}\nlocals {\n  x = <<-EOT\n    \${local.<|>\n  EOT\n}\n`)).toContain(
      "app",
    );
  });

  test("names of loops", async () => {
    expect((await labelsAt(inValue("[for a in local.app.ports : <|>]"))).slice(0, 1)).toEqual(["a"]);
    expect(
      await labelsAt(`${declarations}\nlocals {\n  l = [{ q = 1 }]\n  m = [for it in local.l : it.<|>]\n}\n`),
    ).toEqual(["q"]);
    expect(
      await labelsAt(
        `${declarations}\nlocals {\n  l = [{ q = 1 }]\n  m = "%{ for it in local.l }\${it.<|>}%{ endfor }"\n}\n`,
      ),
    ).toEqual(["q"]);
    expect(
      await labelsAt(
        'resource "service" "a" {\n  dynamic "port" {\n    for_each = [{ e = 1 }]\n    content {\n      external = port.value.<|>\n    }\n  }\n}\n',
      ),
    ).toEqual([]);
  });

  test("instances", async () => {
    const text = `resource "file" "f" {\n  for_each = toset(["a", "b-c"])\n  path = each.<|>\n}\n`;
    expect(await labelsAt(text)).toEqual(["key", "value"]);
    const keyed = `resource "file" "f" {\n  for_each = toset(["a", "b-c"])\n  path = each.key\n}\noutput "o" {\n  value = file.f[<|>]\n}\n`;
    expect((await labelsAt(keyed)).slice(0, 2)).toEqual(['"a"', '"b-c"']);
    expect(await labelsAt(keyed.replace("[<|>]", '["<|>"]'))).toEqual(["a", "b-c"]);
    expect(await labelsAt(keyed.replace("[<|>]", '["a"].<|>'))).toEqual(
      expect.arrayContaining(["path", "sha256"]),
    );
    expect(await labelsAt(keyed.replace("[<|>]", ".<|>"))).toEqual([]);
  });

  test("modules and their outputs", async () => {
    const files = {
      "main.cw": 'module "net" {\n  source = "./net"\n}\noutput "o" {\n  value = module.net.<|>\n}\n',
      "net/main.cw": 'output "id" {\n  value = "x"\n}\n',
    };
    expect(await labelsAt(files)).toEqual(["id"]);
  });

  test("depends_on has addresses that are not there yet", async () => {
    const text = `${declarations}\nresource "file" "f" {\n  path = "x"\n}\nresource "file" "g" {\n  depends_on = [file.f, <|>]\n}\n`;
    expect(await labelsAt(text)).toEqual(["repository.app"]);
  });
});

describe("values", () => {
  const service = (line: string) => `resource "service" "web" {\n  ${line}\n}\n`;

  test("allowed texts", async () => {
    const all = ["no", "on-failure", "always", "unless-stopped"];
    expect((await labelsAt(service("restart = <|>"))).slice(0, 4)).toEqual(all.map((v) => `"${v}"`));
    expect(await labelsAt(service('restart = "<|>"'))).toEqual(all);
    expect(await labelsAt(service('restart = "un<|>'))).toEqual(all);
    expect(await taken(service('restart = "un<|>x"'), "always")).toBe(service('restart = "always"'));
  });

  test("booleans come first where one is wanted", async () => {
    expect((await labelsAt(service("privileged = <|>"))).slice(0, 2)).toEqual(["true", "false"]);
  });

  test("types", async () => {
    expect(await labelsAt('variable "a" {\n  type = <|>\n}')).toEqual([
      "string",
      "number",
      "bool",
      "list",
      "map",
      "set",
      "object",
      "tuple",
      "any",
    ]);
    expect(await labelsAt('variable "a" {\n  type = object({ x = op<|> })\n}')).toContain("optional");
  });

  test("keys of objects whose type is known", async () => {
    expect(await labelsAt(service("ports = [{ external = 1, <|> }]"))).toEqual([
      "internal",
      "protocol",
      "host_ip",
    ]);
    expect((await labelsAt(service("ports = [{ protocol = <|> }]"))).slice(0, 2)).toEqual(['"tcp"', '"udp"']);
  });
});

describe("nothing", () => {
  test.each([
    ["a comment", "# re<|>"],
    ["a block comment", "/* re<|> */"],
    ["a comment that never closes", "/* re<|>"],
    ["a plain string", 'resource "file" "f" {\n  path = "a<|>"\n}'],
    ["a heredoc", 'resource "file" "f" {\n  content = <<-EOT\n    re<|>\n  EOT\n}'],
    ["a number", 'resource "service" "f" {\n  port {\n    external = 8<|>\n  }\n}'],
    ["a new name of a loop", "locals {\n  a = [for x<|> in [1] : x]\n}"],
    ["behind a whole operand", "locals {\n  a = 1 <|>\n}"],
    ["the name of a local value", "locals {\n  a<|>\n}"],
  ])("in %s", async (_, marked) => {
    expect(await labelsAt(marked)).toEqual([]);
  });
});
