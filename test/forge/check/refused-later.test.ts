/* Attacks that were thought of when the check had held for months, and that it let through. */
import { describe } from "vitest";
import { bash, deno, python, refuse } from "./refuse.ts";
import { artifact, type Loose, script, step, variable } from "./samples.ts";

const node = (content: string) => (b: Loose) => {
  b.artifacts[0] = script("scripts/01_fetch.mjs", "fetch_repo", "node", content);
  b.steps[0] = step("fetch_repo", "node", "scripts/01_fetch.mjs");
};

describe("thought of later still", () => {
  refuse("C-REMOTE", [
    ["a package of npm's", deno('import x from "lodash";\n')],
    ["one of the stack's own node_modules", node('import { x } from "left-pad";\n')],
    ["a package for its effects", node('import "left-pad";\n')],
    ["a scoped package", node('export * from "@evil/x";\n')],
    ["a package that is required", node('const x = require("left-pad/lib");\n')],
    ["a package that is imported when it runs", node("const x = await import('left-pad');\n")],
    ["a package of many names", node('import {\n  a,\n  b as c,\n} from "left-pad";\n')],
    ["what only looks built in", node('import x from "fs-extra";\n')],
    ["another runtime's prefix", deno('import x from "@std/path";\n')],
  ]);
  refuse("V-MISMATCH", [["another value for the environment of a service", variable("APP_ENV", "dev")]]);
  refuse(
    "V-NAME",
    ["COMPOSER_HOME", "COMSPEC", "PATHEXT", "SYSTEMROOT"].map((name) => [name, variable(name, "x")]),
  );
  refuse("C-SECRET", [
    ["a database's address", bash("psql postgres://app:s3cretpass@db.example/x\n")],
    ["a queue's address", python('url = "amqp://app:s3cretpass@mq.example/"\n')],
    ["a header", bash("curl -H 'Authorization: Basic YWRtaW46c3VwZXJzZWNyZXQ=' http://x.example\n")],
    ["Twilio", bash(`T=SK${"0123456789abcdef".repeat(2)}\n`)],
    ["curl's user", bash("curl -fsS -u admin:hunter22 http://x.example\n")],
    ["curl's user in a word", bash('curl --user="admin:hunter22" http://x.example\n')],
    ["a variable", bash("DB_PASSWORD=hunter2isnotgood\n")],
    ["a variable in quotes", bash('export API_KEY="hunter2isnotgood"\n')],
    ["a variable before a command", bash("PGPASSWORD='hunter2isnotgood' psql\n")],
    ["a name in a program", python('password = "hunter2isnotgood"\n')],
    ["a key of a record", artifact(2, { content: 'const x = { apiKey: "hunter2isnotgood" };\n' })],
  ]);
});
