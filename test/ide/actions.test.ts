import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Action, actionsAt, type FileEdit } from "../../server/src/ide/actions/action.ts";
import type { Snapshot } from "../../server/src/ide/snapshot.ts";
import { renderValue } from "../../server/src/intake/render.ts";
import type { Value } from "../../server/src/intake/value.ts";
import { type Marked, placeIn } from "../support/ide.ts";
import { runs } from "../support/runs.ts";
import { analyseText } from "../support/stack.ts";

/** The actions at the cursor, or of the selection that two of them mark in main.cw. */
async function actionsIn(marked: Marked) {
  const { snapshot, file, text, offset } = await placeIn(marked);
  const second = text.indexOf("<|>");
  if (second < 0)
    return {
      files: filesOf(snapshot),
      actions: actionsAt({ snapshot, file, text, selection: { start: offset, end: offset } }),
    };
  const whole = text.replace("<|>", "");
  const fresh = await analyseText(typeof marked === "string" ? whole : { ...marked, [file]: whole });
  const selection = { start: offset, end: second };
  return { files: filesOf(fresh), actions: actionsAt({ snapshot: fresh, file, text: whole, selection }) };
}

function filesOf({ folders, values }: Snapshot): Record<string, string> {
  return Object.fromEntries([...folders.flatMap((f) => f.files), ...values].map((f) => [f.file, f.text]));
}

function apply(files: Readonly<Record<string, string>>, edits: readonly FileEdit[]): Record<string, string> {
  const changed = { ...files };
  for (const { file, start, end, text } of [...edits].sort((a, b) => b.start - a.start || b.end - a.end)) {
    const before = changed[file] ?? "";
    changed[file] = before.slice(0, start) + text + before.slice(end);
  }
  return changed;
}

const titles = async (marked: Marked): Promise<string[]> =>
  (await actionsIn(marked)).actions.map((a) => a.title);

/** The files after an action; main.cw alone where there is no other. */
async function rewritten(marked: Marked, title: string): Promise<string | Record<string, string>> {
  const { files, actions } = await actionsIn(marked);
  const action = actions.find((a) => a.title === title);
  if (!action) throw new Error(`${title} is not offered: ${actions.map((a) => a.title).join(", ")}`);
  const changed = apply(files, action.edits);
  return Object.keys(changed).length === 1 ? (changed["main.cw"] ?? "") : changed;
}

describe("required attributes", () => {
  test("are added behind what is there", async () => {
    expect(await rewritten('resource "image" "a" {<|>\n  target = "x" # why\n}\n', "Add context, tags")).toBe(
      'resource "image" "a" {\n  target = "x" # why\n  context = ""\n  tags    = [""]\n}\n',
    );
  });

  test("in an empty block", async () => {
    expect(await rewritten('resource "repository" "a" {<|>}\n', "Add url")).toBe(
      'resource "repository" "a" {\n  url = ""\n}\n',
    );
    expect(await rewritten('resource "repository" "a" {\n<|>}\n', "Add url")).toBe(
      'resource "repository" "a" {\n  url = ""\n}\n',
    );
  });

  test("of a nested block", async () => {
    expect(
      await rewritten(
        'resource "service" "a" {\n  image = "x"\n  port {<|>\n    external = 1\n  }\n}\n',
        "Add internal",
      ),
    ).toBe('resource "service" "a" {\n  image = "x"\n  port {\n    external = 1\n    internal = \n  }\n}\n');
  });

  test("one of a group", async () => {
    expect(await titles('resource "service" "a" {<|>\n}\n')).toContain("Add image");
    expect(await titles('resource "service" "a" {<|>\n  command = ["x"]\n}\n')).toEqual([]);
  });

  test("of a module", async () => {
    const files = {
      "main.cw": 'module "m" {<|>\n  source = "./m"\n}\n',
      "m/main.cw": 'variable "size" {\n  type = number\n}\n',
    };
    expect(await titles(files)).toEqual(["Add size"]);
  });
});

describe("missing names", () => {
  test("a variable, with the type that is wanted", async () => {
    expect(
      await rewritten(
        'resource "service" "a" {\n  image = "x"\n  privileged = var.pr<|>iv\n}\n',
        'Create variable "priv"',
      ),
    ).toBe(
      'variable "priv" {\n  type = bool\n}\n\nresource "service" "a" {\n  image = "x"\n  privileged = var.priv\n}\n',
    );
  });

  test("behind the other variables", async () => {
    const files = {
      "main.cw": 'output "o" {\n  value = var.b<|>\n}\n',
      "variables.cw": 'variable "a" {\n}\n',
    };
    expect(await rewritten(files, 'Create variable "b"')).toMatchObject({
      "variables.cw": 'variable "a" {\n}\n\nvariable "b" {}\n',
    });
  });

  test("a local value, where the others are", async () => {
    expect(
      await rewritten(
        'locals {\n  a = 1\n}\noutput "o" {\n  value = local.b<|>\n}\n',
        'Create local value "b"',
      ),
    ).toBe('locals {\n  a = 1\n  b = null\n}\noutput "o" {\n  value = local.b\n}\n');
  });

  test("nothing for what is there", async () => {
    expect(await titles('locals {\n  a = 1\n}\noutput "o" {\n  value = [local.a<|>]\n}\n')).toEqual([
      "Inline local.a",
    ]);
  });
});

describe("values", () => {
  test("a new clockwork.cwvars", async () => {
    const marked = 'variable "port" {<|>\n  type = number\n  default = 8080\n}\n';
    expect(await rewritten(marked, 'Set "port" in clockwork.cwvars')).toMatchObject({
      "clockwork.cwvars": "port = 8080\n",
    });
  });

  test("behind what is there", async () => {
    const files = {
      "main.cw": 'variable "a" {<|>\n  type = string\n}\nvariable "b" {}\n',
      "clockwork.cwvars": "b = 1",
    };
    expect(await rewritten(files, 'Set "a" in clockwork.cwvars')).toMatchObject({
      "clockwork.cwvars": 'b = 1\na = ""\n',
    });
  });

  test("not of a sensitive one, which no file should hold", async () => {
    expect(await titles('variable "a" {<|>\n  sensitive = true\n}\n')).toEqual([]);
  });
});

describe("extract", () => {
  test("to a local value and to a variable", async () => {
    const marked = '# The page.\nresource "file" "f" {\n  path = "a<|>.html"\n}\n';
    expect(await rewritten(marked, "Extract to local.path")).toBe(
      'locals {\n  path = "a.html"\n}\n\n# The page.\nresource "file" "f" {\n  path = local.path\n}\n',
    );
    expect(await rewritten(marked, "Extract to var.path")).toBe(
      'variable "path" {\n  type    = string\n  default = "a.html"\n}\n\n# The page.\nresource "file" "f" {\n  path = var.path\n}\n',
    );
  });

  test("what is selected, under a name that is free", async () => {
    const marked =
      'locals {\n  path = "x"\n}\nresource "file" "f" {\n  path = join("/", <|>[local.path, "a"]<|>)\n}\n';
    expect(await rewritten(marked, "Extract to local.path_2")).toBe(
      'locals {\n  path = "x"\n  path_2 = [local.path, "a"]\n}\nresource "file" "f" {\n  path = join("/", local.path_2)\n}\n',
    );
    expect(await titles(marked)).not.toContain("Extract to var.path");
  });

  test("nothing that belongs to an instance or a loop", async () => {
    expect(
      await titles(
        'resource "file" "f" {\n  content = ""\n  for_each = toset(["a"])\n  path = <|>upper(each.key)<|>\n}\n',
      ),
    ).toEqual([]);
    expect(await titles('output "o" {\n  value = [for x in [1] : <|>x + 1<|>]\n}\n')).toEqual([]);
  });

  test("no types, addresses and sources", async () => {
    expect(await titles('variable "a" {\n  type = <|>list(string)<|>\n}\n')).toEqual([
      'Set "a" in clockwork.cwvars',
    ]);
    expect(await titles('module "m" {\n  source = "./<|>m"\n}\n')).toEqual([]);
  });
});

describe("inline", () => {
  const stack =
    'locals {\n  a = 1 + 2\n  b = 3\n}\noutput "o" {\n  value = [local.<|>a * 2, local.a, "${local.a}"]\n}\n';

  test("a local value, everywhere", async () => {
    expect(await rewritten(stack, "Inline local.a (3 uses)")).toBe(
      'locals {\n  b = 3\n}\noutput "o" {\n  value = [(1 + 2) * 2, 1 + 2, "${1 + 2}"]\n}\n',
    );
  });

  test("the only one of a block takes the block along", async () => {
    const marked = 'locals {\n  a<|> = 1\n}\n\noutput "o" {\n  value = local.a\n}\n';
    expect(await rewritten(marked, "Inline local.a")).toBe('output "o" {\n  value = 1\n}\n');
  });
});

test("a single port becomes a block", async () => {
  expect(
    await rewritten(
      'resource "service" "a" {\n  image = "x"\n  po<|>rt = 80\n}\n',
      "Write it as a port block",
    ),
  ).toBe('resource "service" "a" {\n  image = "x"\n  port {\n    external = 80\n    internal = 80\n  }\n}\n');
});

/** Fields that are not set are null in blocks and absent in objects. */
const shown = (value: Value): string => renderValue(value).replace(/\n *"\w+" = tostring\(null\)/g, "");

/** What a stack comes to. */
async function outcome(files: Readonly<Record<string, string>>) {
  const { ir, diagnostics } = await analyseText(files);
  return {
    resources: ir.resources.map((r) => [r.address, ...[...r.attributes].map(([n, v]) => `${n} ${shown(v)}`)]),
    outputs: ir.outputs.map((o) => [o.name, renderValue(o.value)]),
    errors: diagnostics.filter((d) => d.severity === "error").map((d) => d.message),
  };
}

const changesNothing = ({ title }: Action) => /^(?:Extract|Inline|Set|Write)/.test(title);

test.each(["web", "myapp", "hello"])("no rewriting changes what examples/%s comes to", async (name) => {
  const text = readFileSync(`examples/${name}/main.cw`, "utf8");
  const snapshot = await analyseText(text);
  const before = await outcome({ "main.cw": text });
  const seen = new Set<string>();
  const place = fc.nat(text.length);
  await fc.assert(
    fc.asyncProperty(place, fc.boolean(), fc.nat(60), async (start, isEmpty, length) => {
      const end = isEmpty ? start : Math.min(text.length, start + length);
      for (const action of actionsAt({ snapshot, file: "main.cw", text, selection: { start, end } })) {
        const key = JSON.stringify(action);
        if (!changesNothing(action) || seen.has(key)) continue;
        seen.add(key);
        expect(await outcome(apply({ "main.cw": text }, action.edits))).toEqual(before);
      }
    }),
    { numRuns: runs(300) },
  );
  expect(seen.size).toBeGreaterThan(2);
});
