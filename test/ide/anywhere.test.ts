/* Whatever the text and wherever the place: completion, hover, signature help, paths and code actions answer. */
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { actionsAt } from "../../server/src/ide/actions/action.ts";
import { pathQuestion } from "../../server/src/ide/complete-path.ts";
import { complete, completingAt } from "../../server/src/ide/completion.ts";
import type { Cursor } from "../../server/src/ide/cursor.ts";
import { hover } from "../../server/src/ide/hover.ts";
import { signatureHelp } from "../../server/src/ide/signature.ts";
import type { Snapshot } from "../../server/src/ide/snapshot.ts";
import { tokenize } from "../../server/src/syntax/tokens.ts";
import { runs } from "../support/runs.ts";
import { analyseText } from "../support/stack.ts";

const examples = readdirSync("examples").map((name) => ({
  name,
  text: readFileSync(`examples/${name}/main.cw`, "utf8"),
  others: otherFiles(`examples/${name}`),
}));

/** A stack's further files, by their names in it. */
function otherFiles(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const others = names.filter((n) => n.endsWith(".cw") && n !== "main.cw");
  return Object.fromEntries(others.map((n) => [n, readFileSync(`${folder}/${n}`, "utf8")]));
}

const everything = `
variable "a" {
  type    = map(object({ b = list(number), c = optional(string, "x") }))
  default = { k = { b = [1] } }
}
locals {
  x = { for k, v in var.a : k => "\${upper(v.c)} %{ for n in v.b }\${n}%{ endfor }" if v.c != null }
  y = <<-EOT
    %{ if length(local.x) > 0 ~}
    \${join(",", [for z in values(local.x) : z])}
    %{ endif ~}
  EOT
}
resource "service" "web" {
  for_each   = var.a
  image      = "x:\${each.key}"
  depends_on = [file.f]
  dynamic "port" {
    for_each = each.value.b
    iterator = it
    content {
      external = it.value + 8000
      internal = it.key
    }
  }
  lifecycle {
    ignore_changes = [env, ports[0].external]
  }
}
resource "file" "f" {
  path    = "é\u{1F600}/\${path.module}"
  content = service.web["k"].url # done
}
/* end */
`;

function look(snapshot: Snapshot, text: string, offset: number): void {
  for (const { start, end } of complete(snapshot, "main.cw", text, offset).items) {
    expect(start).toBeLessThanOrEqual(offset);
    expect(end).toBeGreaterThanOrEqual(start);
    expect(text.slice(start, end)).not.toContain("\n");
  }
  const hovered = hover(snapshot, "main.cw", text, offset);
  if (hovered) expect(hovered.start <= offset && offset <= hovered.end).toBe(true);
  signatureHelp(snapshot, "main.cw", text, offset);
  pathQuestion(snapshot, "main.cw", text, offset);
  actionsAt({ snapshot, file: "main.cw", text, selection: { start: offset, end: offset } });
}

/** Names that nothing declares: an iterator's, and those in broken text that end a block too early. */
const isInvented = ({ frames }: Cursor): boolean =>
  frames.some((f) => f.type === "body" && f.attribute === "iterator");

const texts = [...examples, { name: "everything", text: everything, others: {} }];

describe.each(texts)("$name", ({ text, others }) => {
  const analyse = (main: string) => analyseText({ ...others, "main.cw": main });

  test("at every place", async () => {
    const snapshot = await analyse(text);
    for (let offset = 0; offset <= text.length; offset++) look(snapshot, text, offset);
  });

  test("where the text breaks off", async () => {
    const whole = await analyse(text);
    for (let end = 0; end <= text.length; end++) look(whole, text.slice(0, end), end);
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length), async (end) => {
        const cut = text.slice(0, end);
        look(await analyse(cut), cut, end);
      }),
      { numRuns: runs(20) },
    );
  });

  test("every name of the language is offered where it stands, before it is typed and before anything behind it", async () => {
    const whole = await analyse(text);
    const missing: string[] = [];
    for (const { kind, start, end } of tokenize(text)) {
      const name = text.slice(start, end);
      if (kind !== "name" || ["for", "in", "if", "endfor", "endif"].includes(name)) continue;
      for (const rest of [text.slice(end), "", "\n}\n"]) {
        const typed = text.slice(0, start + 1) + rest;
        const { cursor, form } = completingAt(whole, "main.cw", typed, start + 1);
        const isOwn = form.isOpen || cursor.spot.kind === "key" || cursor.spot.kind === "nothing";
        if (isOwn || isInvented(cursor)) continue;
        const { items } = complete(whole, "main.cw", typed, start + 1);
        if (!items.some((i) => i.label === name || i.label.startsWith(`${name}.`)))
          missing.push(text.slice(Math.max(0, start - 20), end));
      }
    }
    expect(missing).toEqual([]);
  });

  test("where a part is missing", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length), fc.nat(40), fc.nat(text.length), async (from, length, at) => {
        const left = text.slice(0, from) + text.slice(from + length);
        look(await analyse(left), left, Math.min(at, left.length));
      }),
      { numRuns: runs(20) },
    );
  });
});

test("of a large stack only as much is offered as a list can show", async () => {
  const blocks = Array.from(
    { length: 5_000 },
    (_, i) =>
      `resource "file" "f${i}" {\n  path = "p${i}"\n  content = local.l${i}\n}\nlocals {\n  l${i} = ${i}\n}\n`,
  );
  const text = `${blocks.join("")}output "o" {\n  value = f\n}\n`;
  const snapshot = await analyseText(text);
  const { items, isIncomplete } = complete(snapshot, "main.cw", text, text.length - 3);
  expect(isIncomplete).toBe(true);
  expect(items.length).toBeLessThanOrEqual(1_000);
});
