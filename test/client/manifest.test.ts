import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };

const { commands, walkthroughs, languageModelTools, snippets } = manifest.contributes;
const known: ReadonlySet<string> = new Set(commands.map(({ command }) => command));

test("a walkthrough's steps have what they show, and end with commands that exist", () => {
  for (const { steps } of walkthroughs) {
    expect(steps.length).toBeGreaterThan(3);
    for (const { media, completionEvents } of steps) {
      expect(existsSync(media.markdown), media.markdown).toBe(true);
      const events = completionEvents.map((event) => event.replace(/^onCommand:/, ""));
      expect(events.filter((command) => !known.has(command))).toEqual([]);
    }
  }
});

test("every command has its category and an icon", () => {
  const bare = commands.filter(({ category, icon }) => category !== "Clockwork" || !icon);
  expect(bare).toEqual([]);
});

test("no tool for language models applies anything", () => {
  expect(languageModelTools.map(({ name }) => name)).toEqual([
    "clockwork_get_diagnostics",
    "clockwork_get_plan",
    "clockwork_explain_change",
    "clockwork_propose_artifact_patch",
    "clockwork_run_verify",
  ]);
});

test("files that the manifest names are there", () => {
  expect(snippets.filter(({ path }) => !existsSync(path))).toEqual([]);
});

test("no workspace decides what holds programs, or which model is asked", () => {
  const { "clockwork.sandbox": sandbox, "clockwork.agent.editorModel": model } =
    manifest.contributes.configuration.properties;
  expect([sandbox.scope, model.scope]).toEqual(["machine", "application"]);
});
