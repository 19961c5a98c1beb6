import { expect, test } from "vitest";
import { ofBuild, ofDaemon } from "../../client/src/artifacts/reviewable.ts";
import type { DaemonProposalItem, ProposalItem } from "../../server/src/protocol.ts";

const uri = "file:///s/main.cw";
const daemons: DaemonProposalItem = {
  ...{ id: "a", kind: "daemon", address: "service.web", rule: "port-taken", problem: "p", summary: "s" },
  ...{ because: "b", by: "rule", risk: "approve", patch: { kind: "cw", path: "main.cw" }, effects: [] },
  ...{ created: 0, expires: 1, planId: "x", stale: null, evidence: [], runbook: null },
  ...{ text: { now: "old", proposed: "new" }, uri },
};

test("what the daemon proposes for a file is reviewed as a build's text is, for the file as it was shown", () => {
  expect(ofDaemon(daemons)).toEqual({
    ...{ id: "a", from: "daemon", path: "main.cw", uri, version: "old", yours: "old", proposed: "new" },
  });
  const builds: ProposalItem = {
    ...{ id: "b", kind: "artifact", path: "scripts/a.mjs", step: "a", lang: "node", reason: "replaced" },
    ...{ version: "1", yours: "mine", uri },
  };
  expect(ofBuild(builds)).toEqual({
    ...{ id: "b", from: "replaced", path: "scripts/a.mjs", uri, version: "1", yours: "mine" },
  });
});

test("a knob's line, a runbook and steps that run again are no texts of files", () => {
  expect(
    ofDaemon({ ...daemons, patch: { kind: "knob", path: ".clockwork/build/manifest.json" } }),
  ).toBeUndefined();
  expect(ofDaemon({ ...daemons, patch: { kind: "rerun" }, text: null })).toBeUndefined();
  const { uri: _, ...nowhere } = daemons;
  expect(ofDaemon(nowhere)).toBeUndefined();
});
