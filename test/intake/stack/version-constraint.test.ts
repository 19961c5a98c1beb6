import { describe, expect, it } from "vitest";
import { parseConstraint, satisfies } from "../../../server/src/intake/version-constraint.ts";

function meets(version: string, constraint: string): boolean {
  const clauses = parseConstraint(constraint);
  if ("message" in clauses) throw new Error(clauses.message);
  return satisfies(version, clauses);
}

describe("a version constraint", () => {
  // Those of 1.11.4 were asked of terraform 1.11.4, the others follow its documentation.
  it.each([
    ["1.11.4", "1.11.4", true],
    ["1.11.4", "v1.11.4", true],
    ["1.11.4", "1.11", false],
    ["1.11.0", "1.11", true],
    ["1.11.4", ">= 1.0, < 2.0", true],
    ["1.11.4", ">=1.0,<1.11", false],
    ["1.11.4", "~> 1.2", true],
    ["1.11.4", "~> 1.11.0", true],
    ["1.11.4", "~> 1.10.0", false],
    ["2.0.0", "~> 1.2", false],
    ["2.0.0", "~> 1", true],
    ["1.11.4", "!= 1.11.4", false],
    ["1.11.4", "> 1.11.3", true],
    ["1.11.4", "<= 1.11.4", true],
    ["1.0.0-beta.2", ">= 0.9", false],
    ["1.0.0-beta.2", ">= 1.0.0-beta.1", true],
    ["1.0.0-beta.2", "> 1.0.0-beta.10", false],
    ["1.0.0-beta.2", "1.0.0-beta.2", true],
    ["1.0.0", "> 1.0.0-rc.1", true],
    ["1.0.0-alpha", "< 1.0.0-alpha.1", true],
    ["1.0.0-1", "< 1.0.0-a", true],
    ["1.0.0+build.5", "1.0.0", true],
  ])("%s meets %s: %s", (version, constraint, expected) => {
    expect(meets(version, constraint)).toBe(expected);
  });

  it.each([
    ["", "a version is missing", 0, 0],
    [">= 1.0, ", "a version is missing", 8, 8],
    [">= 1.0, =< 2", '"=<" is no operator; there are = != > >= < <= ~>', 8, 12],
    ["  ^1.2", '"^" is no operator; there are = != > >= < <= ~>', 2, 6],
    ["~> 1.2.3.4", '"1.2.3.4" is no version such as 1.2.3', 0, 10],
    [">= 1.0 < 2.0", '"1.0 < 2.0" is no version such as 1.2.3', 0, 12],
  ])("%s is told", (text, message, start, end) => {
    expect(parseConstraint(text)).toEqual({ message, start, end });
  });
});
