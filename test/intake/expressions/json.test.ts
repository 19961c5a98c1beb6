import { expect, test } from "vitest";
import { functions } from "../../../server/src/intake/functions/table.ts";
import { Decimal, decimalValue } from "../../../server/src/intake/number.ts";
import { renderValue } from "../../../server/src/intake/render.ts";
import { encodeJson, jsonToValue, valueToJson } from "../../../server/src/intake/to-json.ts";
import { dynamicType, stringType } from "../../../server/src/intake/type.ts";
import type { Json } from "../../../server/src/intake/value.ts";
import { unknownOf } from "../../../server/src/intake/values.ts";
import { evaluateText, grammar } from "./support.ts";

const loaded = await grammar();

test("JSON goes to values and back", () => {
  const json: Json = { b: [1, 2.5, true, null, "x<&>"], a: { é: -0.1, "": [] } };
  expect(valueToJson(jsonToValue(json))).toEqual(json);
  expect(JSON.parse(encodeJson(jsonToValue(json)))).toEqual(json);
});

test("keys that objects of JS treat as special are plain keys", () => {
  const { value } = evaluateText(loaded, 'jsondecode("{\\"__proto__\\": 1, \\"constructor\\": 2}")');
  expect(encodeJson(value)).toBe('{"__proto__":1,"constructor":2}');
  expect(Object.keys(Object(valueToJson(value)))).toEqual(["__proto__", "constructor"]);
});

test("numbers keep their digits in text", () => {
  const digits = "12345678901234567890.123456789";
  expect(encodeJson(decimalValue(new Decimal(digits)))).toBe(digits);
  expect(valueToJson(decimalValue(new Decimal(digits)))).toBe(Number(digits));
});

test("an unknown value has no JSON", () => {
  expect(() => valueToJson(unknownOf(stringType))).toThrow("unknown");
  expect(() => encodeJson({ kind: "tuple", items: [unknownOf(dynamicType)] })).toThrow("unknown");
});

test("sensitive and unknown values are named, not shown", () => {
  expect(renderValue(unknownOf(stringType))).toBe("(known after apply)");
  expect(renderValue({ kind: "string", value: "s3cret", sensitive: true })).toBe("(sensitive value)");
});

/** Of Terraform 1.11: `terraform metadata functions`, without the core:: doubles. */
const terraformFunctions =
  "abs abspath alltrue anytrue base64decode base64encode base64gzip base64sha256 base64sha512 basename bcrypt can ceil chomp chunklist cidrhost cidrnetmask cidrsubnet cidrsubnets coalesce coalescelist compact concat contains csvdecode dirname distinct element endswith ephemeralasnull file filebase64 filebase64sha256 filebase64sha512 fileexists filemd5 fileset filesha1 filesha256 filesha512 flatten floor format formatdate formatlist indent index issensitive join jsondecode jsonencode keys length list log lookup lower map matchkeys max md5 merge min nonsensitive one parseint pathexpand plantimestamp pow range regex regexall replace reverse rsadecrypt sensitive setintersection setproduct setsubtract setunion sha1 sha256 sha512 signum slice sort split startswith strcontains strrev substr sum templatefile templatestring textdecodebase64 textencodebase64 timeadd timecmp timestamp title tobool tolist tomap tonumber toset tostring transpose trim trimprefix trimspace trimsuffix try upper urlencode uuid uuidv5 values yamldecode yamlencode zipmap";

test("every function of Terraform is known by name, described, and in order", () => {
  const names = [...functions.keys()];
  expect(terraformFunctions.split(" ").filter((name) => !functions.has(name))).toEqual([]);
  expect(names).toEqual(names.toSorted());
  for (const [name, entry] of functions) expect(entry.description, name).toMatch(/^\S.{5,110}$/);
});
