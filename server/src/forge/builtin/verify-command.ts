/** `verify "command"`. */
import { nodeScript } from "./node-script.ts";
import { missing, type Template } from "./step.ts";
import { pollConstants, tryTimeout } from "./verify-poll.ts";

export const verifyCommand: Template = (step) => {
  const { args, id } = step;
  const command = args.node("command");
  if (command === undefined) return missing(step, "command");
  return {
    lang: "node",
    content: nodeScript(id, {
      about: [`${id}: runs a command until it ends with the expected code.`],
      imports: { "node:child_process": ["spawnSync"] },
      constants: [
        ...pollConstants(step),
        ["TIMEOUT_MS", tryTimeout(step, 60), "for one run"],
        ["COMMAND", command],
        ["EXPECT_EXIT", args.node("expect_exit") ?? "0"],
      ],
      body: `
const [program, ...words] = COMMAND;
const shown = COMMAND.join(" ");
await poll(() => {
  const run = spawnSync(program, words, {
    cwd: STACK,
    stdio: ["ignore", "inherit", "inherit"],
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  if (run.error?.code === "ETIMEDOUT") return \`expected exit code \${EXPECT_EXIT} of "\${shown}", but it ran longer than \${TIMEOUT_MS} ms\`;
  if (run.error) return \`cannot run "\${program}": \${run.error.message}\`;
  const end = run.signal ? \`it was ended by \${run.signal}\` : \`got \${run.status}\`;
  return run.status === EXPECT_EXIT ? undefined : \`expected exit code \${EXPECT_EXIT} of "\${shown}", \${end}\`;
});
console.log(\`"\${shown}" ends with code \${EXPECT_EXIT}\`);
`,
    }),
  };
};
