import { expect, test } from "vitest";
import { absolute } from "../../server/src/diagnostics/span.ts";
import { planDocument } from "../../server/src/ide/plan-document.ts";
import { planHover } from "../../server/src/ide/plan-hover.ts";
import { blockLenses, lensText } from "../../server/src/ide/plan-lenses.ts";
import { headerAt, placeOfChange, plannedBlocks } from "../../server/src/ide/planned.ts";
import { World } from "../assembly/world.ts";
import { analyseText } from "../support/stack.ts";

type Files = Readonly<Record<string, string>>;

/** What is planned for files when others were applied before. */
async function planned(files: Files, before?: Files) {
  const world = new World();
  if (before) await world.apply(before);
  const { plan } = await world.plan(files);
  const snapshot = await analyseText(files);
  return { plan, snapshot, blocks: plannedBlocks(plan, snapshot.folders[0]) };
}

/** A file with its lenses over the lines they belong to. `typed`: its text is already another one. */
async function lensesOf(files: Files, { before, file = "main.cw", typed }: Lensed = {}): Promise<string> {
  const { snapshot, blocks } = await planned(files, before);
  const now = typed === undefined ? snapshot : await analyseText({ ...files, [file]: typed });
  const source = now.folders.flatMap((f) => f.files).find((f) => f.file === file);
  if (!source) throw new Error(`no ${file}`);
  const lenses = blockLenses(source, file, blocks);
  let offset = 0;
  const lines = source.text.split("\n").flatMap((line) => {
    const over = lenses.filter(({ start }) => start >= offset && start <= offset + line.length);
    offset += line.length + 1;
    return [...over.map(({ key }) => `| ${lensText(blocks.of(key)).title}`), line];
  });
  return `\n${lines.join("\n")}`;
}

interface Lensed {
  readonly before?: Files;
  readonly file?: string;
  readonly typed?: string;
}

const file = (name: string, content = "x", more = ""): string =>
  `resource "file" "${name}" {\n  path    = "${name}"\n  content = "${content}"\n${more}}\n`;

test("over each block stands what happens to what it makes", async () => {
  const check = 'verify "file" "there" {\n  path = file.kept.path\n}\n';
  const before = { "main.cw": `${file("kept")}${file("changed")}${file("moved")}${file("gone")}` };
  const moved = "moved {\n  from = file.moved\n  to   = file.now\n}\n";
  const now = `${file("kept")}${file("changed", "y")}${file("now").replace('"now"\n', '"moved"\n')}${moved}${file("new")}${check}`;
  expect(await lensesOf({ "main.cw": now }, { before })).toMatchInlineSnapshot(`
    "
    resource "file" "kept" {
      path    = "kept"
      content = "x"
    }
    | ~ update (content)
    resource "file" "changed" {
      path    = "changed"
      content = "y"
    }
    | → move
    resource "file" "now" {
      path    = "moved"
      content = "x"
    }
    moved {
      from = file.moved
      to   = file.now
    }
    | + create
    resource "file" "new" {
      path    = "new"
      content = "x"
    }
    | ? check
    verify "file" "there" {
      path = file.kept.path
    }
    "
  `);
});

test("an update says which attribute, or how many; a replacement too", async () => {
  const service = (port: number, env: string) =>
    `resource "service" "web" {\n  command = ["x"]\n  port = ${port}\n  env = { A = "${env}" }\n}\n`;
  const volume = (name: string) => `resource "volume" "data" {\n  name = "${name}"\n}\n`;
  const before = { "main.cw": service(1, "a") + volume("a") };
  expect(await lensesOf({ "main.cw": service(2, "b") + volume("b") }, { before })).toMatchInlineSnapshot(`
    "
    | ~ update (2 attributes)
    resource "service" "web" {
      command = ["x"]
      port = 2
      env = { A = "b" }
    }
    | ± replace (name)
    resource "volume" "data" {
      name = "b"
    }
    "
  `);
});

test("instances are counted, and so is all that is in a module", async () => {
  const many = file("many", "x", "  count = 3\n").replace('"many"\n', '"many${count.index}"\n');
  const module = 'module "site" {\n  source = "./site"\n}\n';
  const files = { "main.cw": many + module, "site/main.cw": file("a") + file("b") };
  expect(await lensesOf(files)).toMatchInlineSnapshot(`
    "
    | + create 3
    resource "file" "many" {
      path    = "many\${count.index}"
      content = "x"
      count = 3
    }
    | + create 2
    module "site" {
      source = "./site"
    }
    "
  `);
  expect(await lensesOf(files, { file: "site/main.cw" })).toMatchInlineSnapshot(`
    "
    | + create
    resource "file" "a" {
      path    = "a"
      content = "x"
    }
    | + create
    resource "file" "b" {
      path    = "b"
      content = "x"
    }
    "
  `);
});

test("they stay with their blocks while the text is typed", async () => {
  const typed = `# new\nresource "fi\n${file("a").replace("}", "")}\n${file("b")}`;
  expect(await lensesOf({ "main.cw": file("a") + file("b") }, { typed })).toMatchInlineSnapshot(`
    "
    # new
    resource "fi
    | + create
    resource "file" "a" {
      path    = "a"
      content = "x"


    | + create
    resource "file" "b" {
      path    = "b"
      content = "x"
    }
    "
  `);
});

test("a header is the keyword with the labels", async () => {
  const text = file("a");
  const { folders } = await analyseText({ "main.cw": text });
  const [source] = folders[0].files;
  if (!source) throw new Error("no file");
  const found = (offset: number) => headerAt(source, offset)?.block.labels.map(({ value }) => value);
  expect([0, 5, 'resource "file" "a"'.length].map(found)).toEqual([1, 2, 3].map(() => ["file", "a"]));
  expect(found('resource "file" "a" '.length)).toBeUndefined();
  expect(found(text.indexOf("path"))).toBeUndefined();
});

test("what is gone stands at the block that says so, if there is one", async () => {
  const removed = "removed {\n  from = file.left\n}\n";
  const { plan, snapshot } = await planned(
    { "main.cw": file("a") + removed },
    { "main.cw": file("a") + file("gone") + file("left") },
  );
  const [root] = snapshot.folders;
  const places = plan.changes.map((change) => {
    const span = placeOfChange(change, root, snapshot.ir);
    const at = span && absolute(span);
    return `${change.action} ${change.address}: ${at ? root.files[0]?.text.slice(at.start, at.end) : "nowhere"}`;
  });
  expect(places).toMatchInlineSnapshot(`
    [
      "none file.a: resource "file" "a"",
      "delete file.gone: nowhere",
      "delete file.left: removed",
    ]
  `);
});

test("a hover shows the differences, of texts line by line, and masks what is sensitive", async () => {
  const text = (lines: string) =>
    `resource "file" "a" {\n  path    = "a"\n  content = <<-EOT\n${lines}  EOT\n}\n`;
  const secret = (word: string) =>
    `variable "word" {\n  default = "${word}"\n  sensitive = true\n}\nresource "service" "s" {\n  command = ["x"]\n  env = { WORD = var.word, N = "${word.length}" }\n}\n`;
  const { plan } = await planned(
    { "main.cw": text("    one\n    ```\n    three\n") + secret("hush") },
    { "main.cw": text("    one\n    two\n    three\n") + secret("silence") },
  );
  const changed = plan.changes.filter(({ action }) => action !== "none");
  expect(`\n${planHover(changed, "main.cw:1:2: a mistake")}`).toMatchInlineSnapshot(`
    "
    **~ update** \`file.a\`: content changed

    \`\`\`\`diff
      content
      one
    - two
    + \`\`\`
      three
    \`\`\`\`

    **~ update** \`service.s\`: env changed

    \`\`\`diff
    - env.N = "7"
    + env.N = "4"
    - env.WORD = (sensitive value)
    + env.WORD = (sensitive value)
    \`\`\`

    *The plan is not up to date:* main.cw:1:2: a mistake"
  `);
});

test("a plan's document leads to its blocks, from changes and steps", async () => {
  const { plan } = await planned({ "main.cw": file("a") }, { "main.cw": file("b") });
  const { text, links } = planDocument(plan, undefined);
  expect(links.map(({ start, end, address }) => `${text.slice(start, end)} -> ${address}`)).toEqual([
    "file.a -> file.a",
    "file.b -> file.b",
    "ensure_file.a -> file.a",
    "remove_file.b -> file.b",
  ]);
});

test("a document says why it is not up to date, and why there is none", async () => {
  const { plan } = await planned({ "main.cw": file("a") });
  expect(planDocument(plan, "main.cw:1:2: a mistake").text).toMatch(
    /^Not up to date: main\.cw:1:2: a mistake\n\n {2}\+ file\.a/,
  );
  expect(planDocument(undefined, "main.cw:1:2: a mistake")).toEqual({
    text: "No plan: main.cw:1:2: a mistake\n",
    links: [],
  });
});
