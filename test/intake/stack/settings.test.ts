import { expect, it } from "vitest";
import { analyseText } from "../../support/stack.ts";

it("settings are typed, and absent where nothing is said", async () => {
  const settings = async (text: string) => {
    const { ir, diagnostics } = await analyseText(`${text}resource "directory" "d" { path = "d" }\n`);
    expect(diagnostics).toEqual([]);
    return ir.settings;
  };
  expect(await settings("")).toEqual({ agent: { limits: {} }, daemon: {} });
  expect(await settings("clockwork {\n  state {}\n  agent {}\n  daemon {}\n}\n")).toEqual({
    agent: { limits: {} },
    daemon: {},
  });
  const all = `clockwork {
  required_version = ">= 0.0.1"
  agent {
    compiler = "anthropic"
    model    = "some-model"
    limits {
      calls  = 3
      tokens = 100000
    }
  }
  daemon {
    interval       = "1m30s"
    fixes_per_hour = 0
    cooldown       = "1h"
  }
}
`;
  expect(await settings(all)).toEqual({
    agent: { compiler: "anthropic", model: "some-model", limits: { calls: 3, tokens: 100_000 } },
    daemon: { intervalMs: 90_000, fixesPerHour: 0, cooldownMs: 3_600_000 },
  });
});
