import { expect, test } from "vitest";
import { cli, eventsOf, stackFolder, startedSteps } from "../support/cli.ts";

const checks = {
  "main.cw": `verify "command" "one" {
  command = ["true"]
}
verify "command" "many" {
  for_each = { a = "true", b = "false" }
  command  = [each.value]
  retries  = 1
}
`,
};

test("verify runs the checks that it is told, and no other", async () => {
  const cwd = await stackFolder(checks);
  const verify = (...targets: string[]) =>
    cli(["verify", "--json", ...targets.flatMap((t) => ["--target", t])], { cwd });
  expect(startedSteps(await verify())).toHaveLength(3);
  const one = await verify("verify.command.one");
  expect(one.code).toBe(0);
  expect(startedSteps(one)).toEqual(["verify_command.one"]);
  const two = await verify("verify.command.one", 'verify.command.many["b"]');
  expect(two.code).toBe(3);
  expect(startedSteps(two).sort()).toEqual(['verify_command.many["b"]', "verify_command.one"]);
});

test("a target that is no check is refused before anything runs", async () => {
  const cwd = await stackFolder(checks);
  const result = await cli(["verify", "--json", "--target", "verify.command.on"], { cwd });
  expect(result.code).toBe(1);
  expect(startedSteps(result)).toEqual([]);
  const [problem] = eventsOf(result).flatMap((e) => (e.type === "diagnostic" ? [e.diagnostic] : []));
  expect(problem).toMatchObject({
    code: "unknown-target",
    message: 'No check of the stack has the address "verify.command.on"',
    hint: 'Did you mean "verify.command.one"?',
  });
});
