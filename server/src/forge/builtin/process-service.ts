/** `service` with `command`: the script only describes the process; the core starts and keeps its supervisor. */
import { knob, nodeScript } from "./node-script.ts";
import { missing, nodeOutputs, publishedPort, type Template } from "./step.ts";

export const ensureProcess: Template = (step) => {
  const { args, id } = step;
  const name = args.node("name");
  const command = args.node("command");
  if (name === undefined) return missing(step, "name");
  if (command === undefined) return missing(step, "command");
  const port = publishedPort(step);
  const workdir = args.node("workdir");
  const env = args.node("env");
  return {
    lang: "node",
    content: nodeScript(id, {
      about: [
        `${id}: describes a program that keeps running.`,
        "Clockwork reads the description when this script has ended, and starts or replaces the process.",
      ],
      imports: { "node:fs": ["writeFileSync"], "node:path": ["resolve"] },
      constants: [
        ["NAME", name],
        ["COMMAND", command],
        ["WORKDIR", workdir ?? '"."', "relative to the stack's folder, or absolute"],
        ["ENV", env ?? "{}"],
        ["STOP_SIGNAL", '"SIGTERM"', "asks it to end"],
        ["STOP_TIMEOUT", "10", "seconds until it is killed"],
        ["LOG_MAX_MB", knob("log_max_mb", 10), "then the log begins anew"],
        ["LOG_FILES", knob("log_files", 1), "full logs that are kept"],
        ...port.constants,
      ],
      body: `
const description = {
  command: COMMAND,
  cwd: resolve(STACK, WORKDIR),
  env: ENV,
  stop_signal: STOP_SIGNAL,
  stop_timeout: STOP_TIMEOUT,
  log_max_mb: LOG_MAX_MB,
  log_files: LOG_FILES,
};
writeFileSync(process.env.CLOCKWORK_SERVICE ?? "/dev/stdout", JSON.stringify(description));
console.log(\`service \${NAME}: \${COMMAND.join(" ")}\`);
${nodeOutputs(step, { id: "NAME", ...port.values })}
`,
    }),
  };
};

export const removeProcess: Template = (step) => {
  const name = step.args.node("name");
  if (name === undefined) return missing(step, "name");
  return {
    lang: "node",
    content: nodeScript(step.id, {
      about: [
        `${step.id}: the place for what has to be cleaned up after a service.`,
        "Clockwork has already ended the process when this script runs.",
      ],
      imports: {},
      constants: [["NAME", name]],
      body: "console.log(`service ${NAME} has ended; nothing else to clean up`);",
    }),
  };
};
