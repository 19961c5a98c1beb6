import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { messagesServer } from "./messages-server.ts";
import { bundleFor, userHome } from "./stack.ts";

const run = promisify(execFile);
const evaluate = async (env: Readonly<Record<string, string>>) =>
  (
    await run(process.execPath, ["test/agent/eval.mjs", "greeting"], {
      env: { PATH: "/usr/bin:/bin", ...env },
    })
  ).stdout;

it("says that nothing was run where there is no key", async () => {
  expect(await evaluate(await userHome())).toContain("0 run.");
});

it("says how good an answer was, and what came of running it", async () => {
  const server = await messagesServer();
  server.otherwise = (request) => ({
    text: bundleFor(request, (step) =>
      step.name.startsWith("ensure")
        ? `mkdir -p greetings\nprintf 'hello, %s\\n' "$CW_NAME" > "$CW_PATH"\necho "$CLOCKWORK_OUTPUT_LINES=1" >> "$CLOCKWORK_OUTPUT"`
        : `test -f greetings/world.txt`,
    ),
  });
  const said = await evaluate({ ...(await userHome()), ...server.env });
  expect(said).toMatch(/greeting +accepted at once +\$0\.\d\d +(passed|no sandbox holds it)/);
  expect(said).toContain("1 run: 1 accepted at once, 1 in all");
});
