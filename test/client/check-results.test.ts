import { expect, test } from "vitest";
import { type CheckNews, CheckResults, failureOf } from "../../client/src/testing/results.ts";
import type { RunEvent } from "../../server/src/protocol.ts";
import { cli, eventsOf, stackFolder } from "../support/cli.ts";

const read = (events: readonly RunEvent[]): readonly CheckNews[] => {
  const results = new CheckResults();
  return events.map((event) => results.take(event)).filter((news) => news !== undefined);
};
const ends = (news: readonly CheckNews[]) =>
  news.filter(({ kind }) => kind !== "output" && kind !== "started");

test("what the CLI says of its checks becomes results, with what was expected", async () => {
  const cwd = await stackFolder({
    "main.cw": `verify "command" "good" {
  command = ["true"]
}
verify "command" "bad" {
  command = ["sh", "-c", "exit 4"]
  retries = 1
}
verify "http" "nobody" {
  url     = "http://127.0.0.1:1/"
  retries = 1
}
verify "file" "lacks" {
  path     = "main.cw"
  contains = "some\${"thing"}"
  retries  = 1
}
verify "command" "late" {
  command = ["sleep", "5"]
  timeout = "1s"
  retries = 1
}
`,
  });
  const news = read(eventsOf(await cli(["verify", "--json"], { cwd })));
  expect(ends(news)).toMatchObject([
    { kind: "failed", step: "verify_command.bad", expected: "exit code 0", actual: "exit code 4" },
    { kind: "passed", step: "verify_command.good", ms: expect.any(Number) },
    { kind: "failed", step: "verify_command.late" },
    { kind: "failed", step: "verify_file.lacks", message: expect.stringMatching(/^expected .*something/) },
    {
      kind: "failed",
      step: "verify_http.nobody",
      message: "expected status 200 from http://127.0.0.1:1/, but nothing listens there (ECONNREFUSED)",
    },
  ]);
  expect(news.filter(({ kind }) => kind === "started")).toHaveLength(5);
});

test("a stack with errors is refused, with all of them", async () => {
  const cwd = await stackFolder({ "main.cw": 'verify "http" "page" {\n  url = service.no.url\n}\n' });
  const news = read(eventsOf(await cli(["verify", "--json"], { cwd })));
  expect(news).toEqual([{ kind: "refused", message: expect.stringContaining('no service called "no"') }]);
});

test("what was interrupted is skipped, and a failure without words of its own is told in ours", () => {
  const finished = (outcome: "cancelled" | "timed-out", more: object = {}): RunEvent => ({
    type: "step-finished",
    id: "verify_http.page",
    outcome,
    ms: 7,
    ...more,
  });
  const step = "verify_http.page";
  expect(read([finished("cancelled", { message: "was interrupted" })])).toEqual([
    { kind: "skipped", step, why: "was interrupted" },
  ]);
  expect(read([finished("timed-out", { message: "ran past its timeout", hint: "The log is x." })])).toEqual([
    { kind: "failed", step, ms: 7, message: "ran past its timeout\nThe log is x." },
  ]);
});

test("what was expected is taken from a reason that says so", () => {
  const message = "expected status 200 from http://x/a,%20got%201, got 404";
  expect(failureOf(message)).toEqual({ message, expected: "status 200", actual: "status 404" });
  expect(failureOf("the key is gone")).toEqual({ message: "the key is gone" });
});
