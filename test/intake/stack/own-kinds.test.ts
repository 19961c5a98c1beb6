import { describe, expect, it } from "vitest";
import { actionId, actionList } from "../../../server/src/assembly/actions.ts";
import { describeType } from "../../../server/src/intake/type.ts";
import { analyseText, appliedState, planText, problems } from "../../support/stack.ts";

const cert = `kind "cert" {
  description = "A certificate."
  guide       = "Use openssl."
  attribute "names" {
    type        = list(string)
    required    = true
    description = "Host names."
  }
  attribute "subject" {
    type    = object({ country = string, unit = optional(string, "IT") })
    default = { country = "DE" }
  }
  attribute "note" {
    type    = string
    replace = true
  }
  output "pem" {
    description = "Path of the certificate."
  }
  output "days" {
    type = number
  }
  script "verify" {
    lang    = "bash"
    content = "true"
  }
  capabilities {
    network = "any"
    engine  = true
  }
}
`;

describe("a kind that the stack defines", () => {
  it("stands in the table that completion and hover read, like a built-in one", async () => {
    const { ir } = await analyseText(cert);
    const kind = ir.kinds.resources.get("cert");
    expect(kind).toMatchObject({
      name: "cert",
      description: "A certificate.",
      ensure: "ensure_cert",
      remove: { step: "remove_cert" },
      outputs: [
        { name: "pem", description: "Path of the certificate.", common: true },
        { name: "days", type: { kind: "number" }, common: true },
      ],
      own: {
        guide: "Use openssl.",
        capabilities: { network: "any", writes: [], engine: true, secrets: "file" },
      },
    });
    expect(kind?.attributes.map((a) => [a.name, describeType(a.type), a.required, a.default])).toEqual([
      ["names", "list(string)", true, undefined],
      [
        "subject",
        "object({ country = string, unit = optional(string) })",
        undefined,
        { country: "DE", unit: "IT" },
      ],
      ["note", "string", undefined, undefined],
    ]);
    expect(kind?.attributes[0]?.description).toBe("Host names.");
    expect(ir.kinds.resources.get("file")?.own).toBeUndefined();
    expect(ir.kinds.verifies.has("cert")).toBe(false);
  });

  const stack = `${cert}
resource "directory" "d" {
  path = "d"
}
resource "cert" "site" {
  for_each = toset(["eu"])
  names    = ["\${directory.d.path}/\${each.key}", "x"]
  note     = directory.d.path
}
resource "file" "f" {
  path    = "f"
  content = "\${cert.site["eu"].days + 1} \${cert.site["eu"].subject.unit}"
}
`;

  it("has steps whose defaults are arguments and whose values are carried by name", async () => {
    const { plan } = await planText(stack);
    const step = (id: string) => plan.actions.steps.find((s) => actionId(s) === id);
    expect(actionList.safeParse(plan.actions).success).toBe(true);
    expect(step('ensure_cert.site["eu"]')).toEqual({
      name: "ensure_cert",
      args: {
        names: ["${DIRECTORY_D_PATH}/eu", "x"],
        subject: { country: "DE", unit: "IT" },
        noteVar: "DIRECTORY_D_PATH",
      },
      id: 'ensure_cert.site["eu"]',
      needs: ["ensure_directory.d"],
      uses: ["DIRECTORY_D_PATH"],
      provides: { pem: "CERT_SITE_EU_PEM", days: "CERT_SITE_EU_DAYS" },
      resource: 'cert.site["eu"]',
    });
    expect(step('verify_cert.site["eu"]')).toMatchObject({
      args: { noteVar: "DIRECTORY_D_PATH", pemVar: "CERT_SITE_EU_PEM", daysVar: "CERT_SITE_EU_DAYS" },
      needs: ['ensure_cert.site["eu"]'],
      resource: 'verify.cert.site["eu"]',
    });
    expect(step("ensure_file.f")).toMatchObject({ needs: ['ensure_cert.site["eu"]'] });
  });

  it("is compared, replaced, checked and removed by what is recorded", async () => {
    const first = await planText(stack);
    const state = appliedState(first);
    expect((await planText(stack, { state })).plan.actions.steps).toEqual([]);
    const changed = await planText(stack.replace("note     = directory.d.path", 'note     = "n"'), { state });
    expect(changed.plan.changes.find((c) => c.address === 'cert.site["eu"]')?.action).toBe("replace");
    const verified = await planText(stack.replace('content = "true"', 'content = "exit 0"'), { state });
    expect(verified.plan.actions.steps.map(actionId)).toEqual(['verify_cert.site["eu"]']);
    const guided = await planText(stack.replace("Use openssl.", "Use certbot."), { state });
    expect(guided.plan.changes.find((c) => c.address === 'cert.site["eu"]')?.reason).toBe(
      "the kind cert changed",
    );
    const gone = await planText(`${cert}resource "directory" "d" {\n  path = "d"\n}\n`, { state });
    expect(gone.plan.actions.steps.find((s) => s.name === "remove_cert")?.args).toEqual({
      names: ["${DIRECTORY_D_PATH}/eu", "x"],
      subject: { country: "DE", unit: "IT" },
      noteVar: "DIRECTORY_D_PATH",
      pem: 'cert.site["eu"].pem',
      days: 'cert.site["eu"].days',
    });
  });

  it("may be defined in another file, after its resources, and once", async () => {
    const use = 'resource "cert" "a" {\n  names = []\n}\n';
    expect(problems(await analyseText({ "a.cw": use, "b.cw": cert }))).toEqual([]);
  });

  it("is another kind than one of a newer Clockwork, which the state alone knows", async () => {
    const state = appliedState(await planText(stack));
    const { definition, ...record } = state.resources['cert.site["eu"]'] ?? {};
    expect(definition).toMatchObject({ capabilities: { engine: true } });
    const resources = { "cert.site": { ...record } } as typeof state.resources;
    await expect(planText("", { state: { ...state, resources } })).rejects.toThrow(/does not have/);
  });
});

it("what a kind calls sensitive is hidden wherever it goes", async () => {
  const kind = 'kind "k" {\n  attribute "a" {\n    type      = string\n    sensitive = true\n  }\n}\n';
  const use = 'resource "k" "x" {\n  a = "hunter2"\n}\noutput "o" {\n  value = "is ${k.x.a}"\n}\n';
  const { diagnostics } = await analyseText(kind + use);
  expect(diagnostics.filter((d) => d.severity === "error" && /sensitive/.test(d.message))).not.toEqual([]);
  expect(JSON.stringify(diagnostics.map((d) => [d.message, d.hint]))).not.toContain("hunter2");
});

it("the folders of a stack share their kinds, whose scripts may be files", async () => {
  const kind = (name: string, path: string) =>
    `kind "${name}" {\n  script "ensure" {\n    lang    = "bash"\n    content = file("${path}")\n  }\n}\n`;
  const use = 'resource "a" "x" {}\nresource "b" "x" {}\n';
  const files = {
    "main.cw": `${kind("a", "a.sh")}${use}module "m" {\n  source = "./m"\n}\n`,
    "a.sh": "echo a\r\n",
    "m/main.cw": `${kind("b", "${path.module}/b.sh")}${use}`,
    "m/b.sh": "echo b\n",
  };
  const { plan, ir } = await planText(files);
  expect(plan.actions.steps.map(actionId)).toEqual([
    "ensure_a.x",
    "ensure_b.x",
    "module.m.ensure_a.x",
    "module.m.ensure_b.x",
  ]);
  const scripts = ["a", "b"].map((name) => ir.kinds.resources.get(name)?.own?.scripts.ensure?.content);
  expect(scripts).toEqual(["echo a\n", "echo b\n"]);
  const missing = await analyseText({ ...files, "main.cw": kind("a", "c.sh") });
  expect(problems(missing)).toEqual([expect.stringContaining("c.sh")]);
});
