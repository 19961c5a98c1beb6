import { describe, expect, test } from "vitest";
import { renderValue } from "../../../server/src/intake/render.ts";
import {
  dynamicType,
  listOf,
  mapOf,
  numberType,
  objectOf,
  stringType,
  type Type,
} from "../../../server/src/intake/type.ts";
import type { RuntimeReference, Value } from "../../../server/src/intake/value.ts";
import { stringValue, typeOf } from "../../../server/src/intake/values.ts";
import { evaluateText, grammar, type Names } from "./support.ts";

const loaded = await grammar();

const workdirOutput: RuntimeReference = { address: "repository.app", output: "workdir" };
const portOutput: RuntimeReference = { address: "service.web", output: "port" };
const workdir: Value = { kind: "unknown", type: stringType, parts: [workdirOutput] };
const port: Value = { kind: "unknown", type: numberType, parts: [portOutput] };

const names: Names = {
  "repository.app.workdir": workdir,
  "service.web.port": port,
  "service.web.list": { kind: "unknown", type: listOf(objectOf({ a: numberType })) },
  "service.web.map": { kind: "unknown", type: mapOf(stringType) },
  "service.web.object": { kind: "unknown", type: objectOf({ name: stringType }) },
  "local.flag": { kind: "unknown", type: { kind: "bool" } },
  "local.dynamic": { kind: "unknown", type: dynamicType },
  "local.name": stringValue("web"),
  "local.secret": { kind: "string", value: "s3cret", sensitive: true },
  "local.secret_workdir": { ...workdir, sensitive: true },
};

function check(expression: string): Value {
  const { value, diagnostics } = evaluateText(loaded, expression, names);
  expect(diagnostics).toEqual([]);
  return value;
}

/** The parts as they would be written: `${repository.app.workdir}/x`. Undefined without parts. */
function written(value: Value): string | undefined {
  if (value.kind !== "unknown") return renderValue(value);
  return value.parts?.map((p) => (typeof p === "string" ? p : `<${p.address}.${p.output}>`)).join("");
}

describe("what keeps its parts", () => {
  test.each([
    ["repository.app.workdir", "<repository.app.workdir>"],
    ['"${repository.app.workdir}"', "<repository.app.workdir>"],
    ["(repository.app.workdir)", "<repository.app.workdir>"],
    ['"${repository.app.workdir}/conf"', "<repository.app.workdir>/conf"],
    ['"a${local.name}-${repository.app.workdir}/${local.name}"', "aweb-<repository.app.workdir>/web"],
    ['"http://localhost:${service.web.port}/"', "http://localhost:<service.web.port>/"],
    ['"${"a${repository.app.workdir}"}b${1 + 1}"', "a<repository.app.workdir>b2"],
    [
      '"%{ for x in [1, 2] }${repository.app.workdir}${x},%{ endfor }"',
      "<repository.app.workdir>1,<repository.app.workdir>2,",
    ],
    ['"%{ if true }${repository.app.workdir}%{ else }b%{ endif }"', "<repository.app.workdir>"],
    ["tostring(service.web.port)", "<service.web.port>"],
    ["tonumber(service.web.port)", "<service.web.port>"],
    ['try(repository.app.workdir, "x")', "<repository.app.workdir>"],
    ["{ a = [repository.app.workdir] }.a[0]", "<repository.app.workdir>"],
    ["merge({ a = repository.app.workdir }, { b = 1 }).a", "<repository.app.workdir>"],
    ['[for x in [repository.app.workdir]: "${x}!"][0]', "<repository.app.workdir>!"],
    ["one(repository.app.workdir[*])", "<repository.app.workdir>"],
  ])("%s", (expression, parts) => {
    expect(written(check(expression))).toBe(parts);
  });
});

describe("what is unknown without parts, and of which type", () => {
  test.each<[string, Type]>([
    ["upper(repository.app.workdir)", stringType],
    ['local.flag ? repository.app.workdir : "b"', stringType],
    ["service.web.port + 1", numberType],
    ["service.web.port > 1", { kind: "bool" }],
    ["-service.web.port", numberType],
    ["!local.flag", { kind: "bool" }],
    ["local.flag && false", { kind: "bool" }],
    ['repository.app.workdir == "/srv"', { kind: "bool" }],
    ["tonumber(repository.app.workdir)", numberType],
    ['"a${upper(repository.app.workdir)}"', stringType],
    ['"%{ if local.flag }a%{ endif }"', stringType],
    ['join(",", ["a", repository.app.workdir])', stringType],
    ["length(service.web.list)", numberType],
    ["service.web.list[0]", objectOf({ a: numberType })],
    ["service.web.list[0].a", numberType],
    ["service.web.list[*].a", listOf(numberType)],
    ["service.web.map.x", stringType],
    ['service.web.map["x"]', stringType],
    ["service.web.object.name", stringType],
    ["[for x in service.web.list: x]", dynamicType],
    ["{ (repository.app.workdir) = 1 }", dynamicType],
    ["local.dynamic.anything[0].goes", dynamicType],
    ["local.dynamic + 1", numberType],
    ["upper(local.dynamic)", stringType],
    ["jsonencode({ a = repository.app.workdir })", stringType],
    ['lookup(service.web.map, "x")', stringType],
    ["element(service.web.list, 0)", objectOf({ a: numberType })],
    ["keys(service.web.map)", listOf(stringType)],
    ["can(service.web.list[0])", { kind: "bool" }],
  ])("%s", (expression, type) => {
    const value = check(expression);
    expect(value.kind).toBe("unknown");
    expect("parts" in value).toBe(false);
    expect(typeOf(value)).toEqual(type);
  });
});

describe("what is known although something in it is not", () => {
  test.each([
    ["length([repository.app.workdir, 1])", "2"],
    ["length({ a = repository.app.workdir })", "1"],
    ["keys({ a = repository.app.workdir })", '[\n  "a",\n]'],
    ["[repository.app.workdir, 1][1]", "1"],
    ["{ a = repository.app.workdir, b = 2 }.b", "2"],
    ["repository.app.workdir == null", "false"],
    ["repository.app.workdir != null", "true"],
    ['"/x/${repository.app.workdir}" == null', "false"],
    ['startswith("/x/${repository.app.workdir}", "/x")', "true"],
    ['startswith("/x/${repository.app.workdir}", "/y")', "false"],
    ["{ a = repository.app.workdir } == { b = 1 }", "false"],
    ["[repository.app.workdir] == [1, 2]", "false"],
    ["contains([repository.app.workdir, 1], 1)", "true"],
    ["element([1, repository.app.workdir], 0)", "1"],
    ['coalesce("a", repository.app.workdir)', '"a"'],
    ['try(upper("a"), repository.app.workdir)', '"A"'],
    ["can(repository.app.workdir)", "true"],
    ["true ? 1 : service.web.port", "1"],
    ["anytrue([local.flag, true])", "true"],
    ["alltrue([local.flag, false])", "false"],
    ["slice([1, repository.app.workdir], 0, 1)", "[\n  1,\n]"],
  ])("%s", (expression, rendered) => {
    expect(renderValue(check(expression))).toBe(rendered);
  });
});

test("lists and objects with unknown values in them stay what they are", () => {
  expect(renderValue(check('{ a = [repository.app.workdir, "x"] }'))).toBe(
    '{\n  "a" = [\n    (known after apply),\n    "x",\n  ]\n}',
  );
  expect(check("tolist([repository.app.workdir])")).toEqual({
    kind: "list",
    element: stringType,
    items: [workdir],
  });
});

describe("sensitive values", () => {
  test.each([
    "local.secret",
    '"a${local.secret}"',
    "upper(local.secret)",
    "local.secret == local.name",
    "[local.secret][0]",
    "{ (local.secret) = 1 }",
    '[for x in [1]: x if local.secret != ""]',
    'local.secret == "a" ? 1 : 2',
    "false ? local.secret : local.name",
    "jsonencode([local.secret])",
    "toset([local.secret])",
  ])("%s is sensitive", (expression) => {
    expect(check(expression).sensitive).toBe(true);
  });

  test("an unknown sensitive value keeps its parts and its mark", () => {
    const value = check('"${local.secret_workdir}/x"');
    expect(value).toEqual({
      kind: "unknown",
      type: stringType,
      parts: [workdirOutput, "/x"],
      sensitive: true,
    });
  });

  test.each([
    ["tonumber(local.secret)"],
    ["parseint(local.secret, 16)"],
    ["local.secret + 1"],
    ["{ a = 1 }[local.secret]"],
    ["lookup({ a = 1 }, local.secret)"],
    ["[1][local.secret]"],
    ["jsondecode(local.secret)"],
    ["!local.secret"],
    ["local.secret ? 1 : 2"],
    ['regex(local.secret, "x")'],
    ["cidrhost(local.secret, 1)"],
    ['formatdate(local.secret, "2020-01-01T00:00:00Z")'],
    ["{ for x in [1, 2]: local.secret => x }"],
    ["base64decode(local.secret)"],
    ['uuidv5(local.secret, "x")'],
    ["tomap({ a = local.secret, b = [] })"],
    ["tonumber({ a = local.secret })"],
  ])("no message shows them: %s", (expression) => {
    const { diagnostics } = evaluateText(loaded, expression, names);
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(JSON.stringify(diagnostics)).not.toContain("s3cret");
  });
});
