import { describe, expect, it } from "vitest";
import type { Part } from "../../../server/src/forge/prompt/part.ts";
import { scan } from "../../../server/src/forge/prompt/scan.ts";

const part = (text: string): Part => ({ kind: "steps", where: "the arguments of run_task.a", text });
const password = { what: 'the variable "password"', value: "correct horse battery" };

describe("the last look at a request", () => {
  it("lets go what holds no secret", () => {
    expect(scan([part("image = nginx:1.27")], [password])).toEqual([]);
  });

  it.each([
    ["as it is", "x correct horse battery y"],
    ["in base64", Buffer.from("user:correct horse battery").toString("base64")],
    ["in hex", Buffer.from("correct horse battery").toString("hex")],
    ["in a URL", "?p=correct%20horse%20battery"],
  ])("finds a known value %s, and says whose it is and where", (_, text) => {
    const [found, ...more] = scan([part("innocent"), part(text)], [password]);
    expect(more).toEqual([]);
    expect(found?.code).toBe("agent-secret");
    expect(found?.message).toBe(
      'Nothing was sent to the agent: the value of the variable "password" stands in the arguments of run_task.a',
    );
    expect(JSON.stringify(found)).not.toContain("horse");
  });

  it("finds what has the form of a secret", () => {
    const key = `AKIA${"ABCDEFGHIJKL"}`;
    expect(scan([part(`key = ${key}`)], [])[0]?.message).toContain("an AWS access key stands in");
  });
});
