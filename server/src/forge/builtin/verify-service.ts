/** `verify "service"`: a process service by what its supervisor wrote down, any other by what an engine says. */
import { nodeScript } from "./node-script.ts";
import { missing, type Template } from "./step.ts";
import { pollConstants } from "./verify-poll.ts";

export const verifyService: Template = (step) => {
  const { args, id } = step;
  const service = args.node("service");
  if (service === undefined) return missing(step, "service");
  return {
    lang: "node",
    content: nodeScript(id, {
      about: [
        `${id}: looks at a service until it is in the expected state.`,
        "It is a process that Clockwork supervises, or else a container of docker or podman.",
      ],
      imports: {
        "node:child_process": ["spawnSync"],
        "node:fs": ["existsSync", "readFileSync"],
        "node:path": ["join"],
      },
      constants: [
        ...pollConstants(step),
        ["SERVICE", service],
        ["STATE", args.node("state") ?? '"running"', '"running" or "stopped"'],
        ["ENGINES", '["docker", "podman"]', "asked in this order"],
        ["TIMEOUT_MS", "10_000", "for one answer of an engine"],
      ],
      body: `
await poll(() => {
  const state = processState() ?? containerState() ?? "stopped: nobody knows a service of that name";
  const right = state === STATE || (STATE === "stopped" && state.startsWith("stopped"));
  return right ? undefined : \`expected service \${SERVICE} to be \${STATE}, but it is \${state}\`;
});
console.log(\`service \${SERVICE} is \${STATE}\`);

function processState() {
  const folder = encodeURIComponent(SERVICE).replace(/^[.]/, "%2E");
  const file = join(STACK, ".clockwork", "services", folder, "status.json");
  if (!existsSync(file)) return undefined;
  const status = JSON.parse(readFileSync(file, "utf8"));
  if (status.state !== "running") return \`stopped (\${status.state})\`;
  return startTime(status.pid) === status.startTime ? "running" : "stopped";
}

// When the process of that pid started: a later process may have the same pid.
function startTime(pid) {
  if (process.platform !== "linux") {
    return spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).stdout?.trim();
  }
  try {
    const stat = readFileSync(\`/proc/\${pid}/stat\`, "utf8");
    // Field 22; the second one, the program's name, may hold spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function containerState() {
  for (const engine of ENGINES) {
    const words = ["container", "inspect", "--format", "{{.State.Running}}", SERVICE];
    const run = spawnSync(engine, words, { encoding: "utf8", timeout: TIMEOUT_MS });
    if (run.status === 0) return run.stdout.trim() === "true" ? "running" : "stopped";
  }
  return undefined;
}
`,
    }),
  };
};
