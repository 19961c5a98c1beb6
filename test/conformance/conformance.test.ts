/*
 * Is our value Terraform's? `expressions/*.txt` are compared with `recorded.json`, which holds what terraform 1.11.4 says of
 * them, everywhere; and where that terraform is on PATH, the recorded answers with its own. After a change of the
 * expressions, or for a new terraform, all answers are recorded anew by
 *
 *     npx vitest run test/conformance -u
 */
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { type Answer, isRefusal } from "./answer.ts";
import { clockwork, clockworkConsole } from "./clockwork.ts";
import { deviations } from "./deviations.ts";
import { readGroups } from "./expressions.ts";
import { askTerraform, consoleText, terraformVersion } from "./terraform.ts";

const recordedFile = "test/conformance/recorded.json";

interface Recorded {
  readonly terraform: string;
  /** What the console prints for the lines of `console.txt`, alone; null where it refuses. */
  readonly console: Readonly<Record<string, string | null>>;
  readonly answers: Readonly<Record<string, Answer>>;
}

const groups = readGroups();
const expressions = groups.flatMap((group) => group.expressions);
const recorded: Recorded = JSON.parse(readFileSync(recordedFile, "utf8"));
const lines = readFileSync("test/conformance/console.txt", "utf8").trimEnd().split("\n");
const print = await clockworkConsole();
const ask = await clockwork();
const answers = new Map<string, Answer>();
for (const e of [...expressions, ...deviations.keys()]) answers.set(e, await ask(e));
const ours = (expression: string): Answer | undefined => answers.get(expression);

/** Every refusal is as good as another. */
const outcome = (answer: Answer | undefined) => (answer && isRefusal(answer) ? "refused" : answer);

test.each(groups)("$name", ({ expressions }) => {
  const differing = expressions.filter(
    (e) => !isDeepStrictEqual(outcome(ours(e)), outcome(recorded.answers[e])),
  );
  const unexpected = differing.filter((e) => !deviations.has(e));
  expect(Object.fromEntries(unexpected.map((e) => [e, ours(e)]))).toEqual(
    Object.fromEntries(unexpected.map((e) => [e, recorded.answers[e]])),
  );
});

test.each([...deviations])("%s is not as in Terraform", (expression, { answer }) => {
  expect(ours(expression)).toEqual(answer);
  expect(outcome(recorded.answers[expression])).not.toEqual(outcome(answer));
});

test.each(lines)("the console prints %s as terraform's", async (line) => {
  expect((await print(line)) ?? null).toEqual(recorded.console[line]);
});

test("each expression is there once, and there are many", () => {
  expect(expressions.filter((e, i) => expressions.indexOf(e) < i)).toEqual([]);
  expect(expressions.length).toBeGreaterThan(800);
});

const version = terraformVersion();
const skipped = version === recorded.terraform ? "" : `: skipped, terraform is ${version ?? "not on PATH"}`;
test.skipIf(version === undefined || (version !== recorded.terraform && !process.argv.includes("-u")))(
  `terraform ${recorded.terraform} gives the recorded answers${skipped}`,
  async () => {
    const answers = askTerraform(expressions);
    const given: Recorded = {
      terraform: version ?? "",
      console: Object.fromEntries(lines.map((line) => [line, consoleText(line) ?? null])),
      answers: Object.fromEntries(expressions.flatMap((e, i) => (answers[i] ? [[e, answers[i]]] : []))),
    };
    await expect(`${JSON.stringify(given, undefined, 2)}\n`).toMatchFileSnapshot("recorded.json");
  },
);
