import { describe, expect, test } from "vitest";
import type { Plan } from "../../../server/src/assembly/plan.ts";
import { printActionList, printEvent } from "../../../server/src/cli/views/json.ts";

describe("the plan for programs", () => {
  test("is the ActionList, its fields in the contract's order", () => {
    const actions: Plan["actions"] = {
      steps: [
        {
          needs: [],
          id: "ensure_file.a",
          retries: 1,
          args: { path: "a", content: "é\u2028" },
          name: "ensure_file",
        },
        { args: {}, name: "verify_tcp" },
      ],
      version: "1",
    };
    expect(printActionList(actions)).toBe(`{
  "version": "1",
  "steps": [
    {
      "name": "ensure_file",
      "args": {
        "path": "a",
        "content": "é\u2028"
      },
      "id": "ensure_file.a",
      "needs": [],
      "retries": 1
    },
    {
      "name": "verify_tcp",
      "args": {}
    }
  ]
}
`);
  });

  test("an event is one line", () => {
    expect(printEvent({ type: "step-output", id: "a", text: "x\ny\n" })).toBe(
      '{"type":"step-output","id":"a","text":"x\\ny\\n"}\n',
    );
  });
});
