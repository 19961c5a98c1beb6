import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { functionsPage } from "../../../server/src/intake/functions/documentation.ts";
import {
  functionSignatures,
  type ParameterSignature,
} from "../../../server/src/intake/functions/signatures.ts";

/** As `terraform metadata functions -json` of 1.11.4 prints it, without descriptions. */
interface TerraformParameter {
  readonly name: string;
  readonly type: unknown;
  readonly is_nullable?: true;
}
interface TerraformFunction {
  readonly parameters?: readonly TerraformParameter[];
  readonly variadic_parameter?: TerraformParameter;
}

const terraform: Readonly<Record<string, TerraformFunction>> = JSON.parse(
  readFileSync("test/intake/functions/terraform-functions.json", "utf8"),
);
const signatures = new Map(functionSignatures().map((s) => [s.name, s]));

const typeText = (type: unknown): string => {
  if (!Array.isArray(type)) return type === "dynamic" ? "any" : String(type);
  return `${type[0]}(${typeText(type[1])})`;
};
const theirs = (p: TerraformParameter) => `${p.name}: ${typeText(p.type)}${p.is_nullable ? " or null" : ""}`;
const ours = (p: ParameterSignature) => `${p.name}: ${p.type}${p.nullable ? " or null" : ""}`;

/** Terraform has each name a second time, with `core::` in front; calls may be written so. */
const names = Object.keys(terraform).filter((name) => !name.startsWith("core::"));

test("Terraform's list is whole", () => {
  expect(names.length).toBeGreaterThan(115);
});

test.each(names)("%s takes what Terraform's takes", (name) => {
  const { parameters = [], variadic_parameter: variadic } = terraform[name] ?? {};
  const signature = signatures.get(name);
  if (signature?.refused !== undefined) {
    expect(signature.refused).toMatch(/\w/);
    return;
  }
  expect(signature?.parameters.map(ours)).toEqual(parameters.map(theirs));
  expect(signature?.variadic && ours(signature.variadic)).toEqual(variadic && theirs(variadic));
});

test("docs/functions.md is what the table says (node scripts/docs.mjs writes it)", () => {
  expect(readFileSync("docs/functions.md", "utf8")).toBe(functionsPage());
});

describe("the table", () => {
  const refused = [...signatures.values()].filter((s) => s.refused !== undefined).map((s) => s.name);

  test("refuses these alone", () => {
    expect(refused).toEqual([
      "abspath",
      "bcrypt",
      "list",
      "map",
      "pathexpand",
      "plantimestamp",
      "timestamp",
      "type",
      "uuid",
    ]);
  });

  test("has these beside Terraform's list", () => {
    expect([...signatures.keys()].filter((name) => !(name in terraform))).toEqual([
      "list",
      "map",
      "secret",
      "type",
    ]);
  });

  test.each([...signatures.values()].map((s) => ({ s, name: s.name })))(
    "describes $name in one line",
    ({ s }) => {
      expect(s.description).toMatch(/^[A-Z-][^\n]*\.$/);
      expect(s.description.length).toBeLessThan(140);
    },
  );
});
