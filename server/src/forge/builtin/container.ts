/** `service` with `image`: a container with a name, kept by the engine. */
import { isMap } from "./arguments.ts";
import { bashScript } from "./bash-script.ts";
import { canExport } from "./image.ts";
import { nodeScript } from "./node-script.ts";
import {
  administration,
  engineConstants,
  engineOf,
  missing,
  nodeOutputs,
  publishedPort,
  type Step,
  type Template,
} from "./step.ts";

export const ensureContainer: Template = (step) => {
  const { args, id } = step;
  const engine = engineOf(step);
  if ("problem" in engine) return engine;
  const name = args.node("name");
  const image = args.node("image");
  if (name === undefined) return missing(step, "name");
  if (image === undefined) return missing(step, "image");
  const port = publishedPort(step);
  const parts = optionParts(step);
  const networks = args.node("networks");
  const outputs = nodeOutputs(step, { id: "container.Id", ...port.values });
  return {
    lang: "node",
    content: nodeScript(id, {
      about: [
        `${id}: keeps a container running on ${engine.name}, made from exactly the options below.`,
        "The label clockwork.stack says whose it is, clockwork.config what it was made from: a container",
        "that runs with the same options and image stays, another one of ours is replaced.",
      ],
      imports: {
        "node:child_process": ["spawnSync"],
        "node:timers/promises": ["setTimeout as sleep"],
        ...parts.imports,
      },
      constants: [
        ["ENGINE", `"${engine.name}"`],
        ["STOP_TIMEOUT", "10", "seconds the old container gets to end"],
        ["SETTLE_MS", "1000", "after which the new one must still run"],
        ["NAME", name],
        ["IMAGE", image],
        ...port.constants,
        ...parts.constants,
        networks === undefined ? undefined : ["NETWORKS", networks],
      ],
      body: `
process.env.PATH += ":${administration}"; // podman needs iptables
const LINEAGE = env("CLOCKWORK_LINEAGE");
${parts.code}

if (!inspect("image", IMAGE)) engine(["pull", IMAGE], "inherit");
const config = sha256(JSON.stringify([inspect("image", IMAGE).Id, options${networks === undefined ? "" : ", NETWORKS"}${parts.secretConfig}]));

let container = inspect("container", NAME);
const labels = container?.Config.Labels ?? {};
// A container that somebody started from our image has the image's clockwork.stack, but no clockwork.config.
const ours = labels["clockwork.stack"] === LINEAGE && labels["clockwork.config"] !== undefined;
if (container && !ours && !process.env.CLOCKWORK_ADOPT) {
  fail(\`a container "\${NAME}" exists and was not made by this stack\`);
}
if (container && ours && container.State.Running && labels["clockwork.config"] === config) {
  console.log(\`container \${NAME} runs as it should\`);
} else {
  if (container) remove();
  await start();
  console.log(\`\${container ? "replaced" : "started"} container \${NAME}\`);
  container = inspect("container", NAME);
}
${outputs}

async function start() {
  const ownLabels = ["--label", \`clockwork.stack=\${LINEAGE}\`, "--label", \`clockwork.config=\${config}\`];
  engine(["create", "--name", NAME, ...ownLabels, ...options, IMAGE]${parts.createEnv});
  try {
${networks === undefined ? "" : '    for (const network of NETWORKS.slice(1)) engine(["network", "connect", network, NAME]);\n'}    engine(["start", NAME]);
    await sleep(SETTLE_MS);
    const state = inspect("container", NAME)?.State;
    if (!state?.Running) throw new Error(\`container \${NAME} ended with code \${state?.ExitCode} right after its start\`);
  } catch (error) {
    spawnSync(ENGINE, ["logs", "--tail", "20", NAME], { stdio: "inherit" });
    spawnSync(ENGINE, ["rm", "--force", NAME], { stdio: "ignore" });
    throw error;
  }
}

function remove() {
  engine(["stop", "-t", String(STOP_TIMEOUT), NAME]);
  engine(["rm", "--force", NAME]);
}

// What the engine knows of a container or image; undefined where there is no such thing.
function inspect(kind, name) {
  const run = spawnSync(ENGINE, [kind, "inspect", name], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (run.error) throw run.error;
  if (run.status === 0) return JSON.parse(run.stdout)[0];
  if (/no such (container|image|object)|not known/i.test(run.stderr)) return undefined;
  throw new Error(\`\${ENGINE} does not answer: \${run.stderr.trim()}\`);
}

function engine(words, stdout = "ignore"${parts.createEnv && ", env"}) {
  const run = spawnSync(ENGINE, words, { stdio: ["ignore", stdout, "inherit"]${parts.createEnv && ", env"} });
  if (run.error) throw run.error;
  if (run.status !== 0) throw new Error(\`\${ENGINE} \${words[0]} failed with code \${run.status}\`);
}
${parts.functions}`.replace("\n\n\nasync function start", "\n\nasync function start"),
    }),
  };
};

export const removeContainer: Template = (step) => {
  const engine = engineOf(step);
  if ("problem" in engine) return engine;
  const name = step.args.bash("name");
  if (name === undefined) return missing(step, "name");
  return {
    lang: "bash",
    content: bashScript(step, {
      about: [`${step.id}: stops and removes a service's container.`],
      constants: [
        ...engineConstants(engine.name),
        "STOP_TIMEOUT=10 # seconds it gets to end",
        `NAME=${name}`,
      ],
      body: `"$ENGINE" version >/dev/null || fail "$ENGINE does not answer"
label() { "$ENGINE" container inspect --format "{{ index .Config.Labels \\"$1\\" }}" "$NAME"; }

if ! "$ENGINE" container inspect "$NAME" >/dev/null 2>&1; then
  echo "container $NAME is not there"
  exit 0
fi
# A container that somebody started from our image has the image's clockwork.stack, but no clockwork.config.
if [ "$(label clockwork.stack)" != "\${CLOCKWORK_LINEAGE:?}" ] || [ -z "$(label clockwork.config)" ]; then
  [ -n "\${CLOCKWORK_ADOPT:-}" ] || fail "the container $NAME was not made by this stack"
fi
"$ENGINE" stop -t "$STOP_TIMEOUT" "$NAME" >/dev/null || fail "$ENGINE could not stop $NAME"
"$ENGINE" rm --force "$NAME" >/dev/null || fail "$ENGINE could not remove $NAME"
echo "removed container $NAME"
`,
    }),
  };
};

interface OptionParts {
  readonly constants: (readonly [string, string, string?])[];
  readonly imports: Readonly<Record<string, readonly string[]>>;
  /** Declares \`options\`. */
  readonly code: string;
  /** Those that \`options\` uses. */
  readonly functions: string;
  readonly secretConfig: string;
  /** What making the container gets further: what keeps it running later needs no secret. */
  readonly createEnv: string;
}

/** Only what the service sets appears in the script: its constants, and the options made of them. */
function optionParts(step: Step): OptionParts {
  const { args } = step;
  const constants: (readonly [string, string, string?])[] = [];
  const lines: string[] = [];
  const add = (argument: string, constant: string, line: string, note?: string): void => {
    const value = args.node(argument);
    if (value === undefined) return;
    if (argument !== "ports")
      constants.push(note === undefined ? [constant, value] : [constant, value, note]);
    lines.push(line);
  };
  const env = splitEnvironment(step);
  add("ports", "PORTS", '...PORTS.flatMap((port) => ["--publish", published(port)])');
  if (env.open) {
    constants.push(["ENV", env.open]);
    lines.push('...Object.entries(ENV).flatMap(([name, value]) => ["--env", `${name}=${value}`])');
  }
  if (env.secret) {
    constants.push(["SECRET_ENV", env.secret, "handed over by name: arguments are seen by everybody"]);
    lines.push('...Object.keys(SECRET_ENV).flatMap((name) => ["--env", secretly(name)])');
  }
  add("mounts", "MOUNTS", '...MOUNTS.flatMap((mount) => ["--mount", mounted(mount)])');
  if (args.has("networks"))
    lines.push('...NETWORKS.slice(0, 1).flatMap((network) => ["--network", network])');
  add(
    "labels",
    "LABELS",
    '...Object.entries(LABELS).flatMap(([name, value]) => ["--label", `${name}=${value}`])',
  );
  add("user", "USER", '"--user", USER');
  add("workdir", "WORKDIR", '"--workdir", WORKDIR');
  constants.push(["RESTART", args.node("restart") ?? '"on-failure"']);
  lines.push('"--restart", RESTART');
  add("privileged", "PRIVILEGED", '...(PRIVILEGED ? ["--privileged"] : [])', "true: every right on the host");
  add("logging", "LOGGING", "...logged(LOGGING)");
  add("resources", "RESOURCES", "...limited(RESOURCES)");
  const functions = [
    env.secret ? secretlyFunction : "",
    args.has("ports") ? publishedFunction : "",
    args.has("mounts") ? mountedFunction : "",
    args.has("logging") ? loggedFunction : "",
    args.has("resources") ? limitedFunction : "",
  ].filter((f) => f !== "");
  return {
    constants,
    imports: args.has("mounts") ? { "node:path": ["resolve"] } : {},
    code: `const options = [\n${lines.map((line) => `  ${line},\n`).join("")}];`,
    functions: functions.map((f) => `\n${f}`).join(""),
    secretConfig: env.secret ? ", SECRET_ENV" : "",
    createEnv: env.secret ? ', "ignore", { ...SECRET_ENV, ...process.env }' : "",
  };
}

/** Secrets stay out of the arguments, unless their name would change how the engine's client itself works. */
function splitEnvironment(step: Step): { open?: string; secret?: string } {
  const env = step.action.args["env"];
  if (!isMap(env)) {
    const whole = step.args.node("env");
    if (whole === undefined) return {};
    const name = step.args.variable("env");
    return name !== undefined && step.action.secrets?.includes(name) ? { secret: whole } : { open: whole };
  }
  const hidden = Object.entries(env).filter(([name, value]) => step.args.secret(value) && canExport(name));
  const open = Object.entries(env).filter(([name]) => !hidden.some(([other]) => other === name));
  return {
    ...(open.length > 0 && { open: step.args.nodeValue(Object.fromEntries(open)) }),
    ...(hidden.length > 0 && { secret: step.args.nodeValue(Object.fromEntries(hidden)) }),
  };
}

const secretlyFunction = `
// By its name alone, unless the engine's client has a variable of that name for itself (PATH).
function secretly(name) {
  const taken = process.env[name] !== undefined && process.env[name] !== SECRET_ENV[name];
  return taken ? \`\${name}=\${SECRET_ENV[name]}\` : name;
}
`.trimStart();

const publishedFunction = `
function published({ external, internal, protocol = "tcp", host_ip: address }) {
  const host = address ? \`\${address.includes(":") ? \`[\${address}]\` : address}:\` : "";
  return \`\${host}\${external}:\${internal}/\${protocol}\`;
}
`.trimStart();

const mountedFunction = `
// A source with a slash, or "." and "..", is a folder; another one is a volume.
function mounted({ source, target, read_only: readOnly = false }) {
  const bind = source.includes("/") || /^[.]{1,2}$/.test(source);
  const fields = [
    \`type=\${bind ? "bind" : "volume"}\`,
    \`source=\${bind ? resolve(STACK, source) : source}\`,
    \`target=\${target}\`,
    ...(readOnly ? ["readonly"] : []),
  ];
  // The engines read the fields as CSV.
  return fields.map((field) => (/[",]/.test(field) ? \`"\${field.replaceAll('"', '""')}"\` : field)).join(",");
}
`.trimStart();

const loggedFunction = `
function logged({ driver, opts = {} }) {
  const words = Object.entries(opts).flatMap(([name, value]) => ["--log-opt", \`\${name}=\${value}\`]);
  return driver ? ["--log-driver", driver, ...words] : words;
}
`.trimStart();

const limitedFunction = `
function limited({ cpus, memory }) {
  return [...(cpus ? ["--cpus", String(cpus)] : []), ...(memory ? ["--memory", memory] : [])];
}
`.trimStart();
