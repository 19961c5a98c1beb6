import { describe, expect, test } from "vitest";
import { candidates, type Ground } from "../../server/src/daemon/candidates.ts";
import { textHash } from "../../server/src/daemon/patch.ts";
import { emptyManifest, type Manifest } from "../../server/src/forge/manifest.ts";
import { emptyState } from "../../server/src/state/record.ts";
import { analyseText, lineage } from "../support/stack.ts";

/* What could be done about a finding, the smallest change first. */

const step = "verify_http.web.health";
const web = (port: string): string => `
resource "service" "web" {
  command = ["node", "server.mjs"] # as it is
${port}
  health_check {
    path = "/"
  }
}
`;

/** A stack, with a script of its health check that declares knobs in its head. */
async function ground(
  text: string,
  {
    knobs = "",
    turned,
    listening = [],
  }: { knobs?: string; turned?: Manifest["knobs"]; listening?: number[] } = {},
): Promise<Ground> {
  const { ir, files } = await analyseText(text);
  const artifact = {
    mode: "0755",
    lang: "node",
    purpose: step,
    base: `#!/usr/bin/env node\n// clockwork:knobs ${knobs}\n`,
    origin: { compiler: "builtin", version: "1" },
    fingerprint: "",
  } as const;
  return {
    ir,
    files,
    manifest: {
      ...emptyManifest,
      artifacts: { "scripts/verify_http.web.health.mjs": artifact },
      ...(turned && { knobs: turned }),
    },
    state: emptyState(lineage),
    listening: new Set(listening),
  };
}

async function wishes(rule: string, address: string, on: Ground) {
  const finding = { address, rule, summary: "", evidence: [] };
  return candidates(finding, on).map(({ patch, summary, by }) => ({ patch, summary, by }));
}
const check = "verify.http.web.health";

describe("about a thing", () => {
  test.each(["gone", "stopped", "changed"])("that is %s: its step once more", async (rule) => {
    expect(await wishes(rule, "service.web", await ground(web("  port = 8080")))).toMatchObject([
      { patch: { kind: "rerun", address: "service.web" }, by: "rule" },
    ]);
  });

  test.each(["foreign", "restarting", "disk-full", "no rule of ours"])(
    "that is %s: nothing",
    async (rule) => {
      expect(await wishes(rule, "service.web", await ground(web("  port = 8080")))).toEqual([]);
    },
  );
});

describe("about a check that fails: more time, the least first", () => {
  const values = async (on: Ground) =>
    (await wishes("check-failing", check, on)).map(({ patch }) =>
      patch.kind === "knob" ? patch.value : patch,
    );

  test("from what its script has", async () => {
    const on = await ground(web("  port = 8080"), { knobs: "timeout_s=5 retries=3" });
    expect(await values(on)).toEqual([10, 20, 40, 80]);
    expect((await wishes("check-failing", check, on))[0]).toEqual({
      patch: { kind: "knob", step, knob: "timeout_s", value: 10 },
      summary: `raise timeout_s of ${step} from 5 to 10`,
      by: "rule",
    });
  });

  test("from what it was turned to, as far as the range goes", async () => {
    const turned = { [step]: { timeout_s: 200 } };
    expect(await values(await ground(web("  port = 8080"), { knobs: "timeout_s=5", turned }))).toEqual([400]);
  });

  test("but not where the script declares no such knob", async () => {
    expect(await values(await ground(web("  port = 8080"), { knobs: "retries=3" }))).toEqual([]);
  });
});

describe("about a port that is taken: the next free one", () => {
  const patched = async (text: string, listening: number[]) => {
    const [wish, ...more] = await wishes("port-taken", "service.web", await ground(text, { listening }));
    expect(more).toEqual([]);
    return wish;
  };

  test("with all else as it was, and a claim of what changes", async () => {
    const text = web("  port    = 8080 # the only one");
    expect(await patched(text, [8080, 8081])).toEqual({
      patch: {
        kind: "cw",
        file: "main.cw",
        text: text.replace("8080", "8082"),
        was: textHash(text),
        claims: ["service.web ports[0].external", "service.web ports[0].internal"],
      },
      summary: "publish service.web on port 8082 instead of 8080",
      by: "rule",
    });
  });

  test("of several the one that is taken", async () => {
    const text = web("  ports = [{ external = 8080, internal = 80 }, { external = 9090, internal = 90 }]");
    expect((await patched(text, [9090]))?.patch).toMatchObject({
      text: text.replace("9090", "9091"),
      claims: ["service.web ports[1].external"],
    });
  });

  test.each([
    ["is not written as a number", web("  port = 8000 + 80"), [8080]],
    ["is nobody's", web("  port = 8080"), [9090]],
    ["has no higher one", web("  port = 65535"), [65_535]],
  ])("but not where it %s", async (_, text, listening) => {
    expect(await patched(text, listening)).toBeUndefined();
  });
});
