import { createHash, randomBytes } from "node:crypto";
import type { Action } from "../assembly/actions.ts";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { english } from "../diagnostics/schema-messages.ts";
import { jsonOf } from "../host/json.ts";
import { type Host, HostError, type ProcessIdentity } from "../host/ports.ts";
import { isHijackingName } from "../intake/schema/vars.ts";
import {
  isServiceAlive,
  readServiceStatus,
  type ServiceStatusFile,
  serviceFolder,
} from "../state/services.ts";
import { searchPath } from "./run-environment.ts";
import type { Added, RunContext } from "./run-types.ts";
import { commandOf, environmentNames, nameOf, stringList } from "./service-arguments.ts";
import { type ServiceRequest, serviceRequest } from "./service-request.ts";
import { asksFor, refusedBy, serviceSandbox } from "./service-sandbox.ts";
import { serviceMarker, stopService, supervisorMarker } from "./service-stop.ts";
import { type SupervisorSpec, specHash } from "./supervisor/spec.ts";

/** A service that is up this long counts as started, where no health check says more. */
const settledMs = 1000;

/** The supervisor itself starts within this time on any machine that works. */
const supervisorStartMs = 15_000;

const maxRequestBytes = 1024 * 1024;

/** What a step means for process services: those with a `command`, not those with an `image`. */
export function serviceOf(action: Action): "ensure" | "remove" | undefined {
  if (!("command" in action.args || "commandVar" in action.args)) return undefined;
  if (action.name === "ensure_service") return "ensure";
  return action.name === "remove_service" ? "remove" : undefined;
}

/**
 * Starts what the step's artifact described in the file CLOCKWORK_SERVICE, in place of an older version of it, and waits
 * until it has been up for a second. One that runs already and is to run just so is left alone.
 */
export async function startService(
  host: Host,
  context: RunContext,
  action: Action,
  requestPath: string,
  given: Added,
): Promise<readonly Diagnostic[]> {
  const { env } = given;
  const name = nameOf(action, env);
  const command = commandOf(action, env);
  if (name === undefined || command === undefined) {
    return [
      diagnostic("service-failed", `The arguments of "${action.id ?? action.name}" are not a service's`),
    ];
  }
  const request = await readRequest(host, requestPath, name, command);
  // It may hold secrets, and a run that is cut off cleans nothing up.
  await host.files.remove(requestPath);
  if ("problem" in request) return [request.problem];
  const unplanned = unplannedName(action, env, request.value);
  if (unplanned !== undefined) {
    const message = `The step of service "${name}" sets ${unplanned}, which programs obey and the plan does not have`;
    return [
      diagnostic("service-failed", message, { hint: "Write it into the service's env in its .cw file." }),
    ];
  }
  const before = await readServiceStatus(host, context.stackDir, name);
  const salt = typeof before === "string" ? randomBytes(16).toString("hex") : before.salt;
  const spec = await supervisorSpec(host, context, action, name, request.value, salt, given);
  if (typeof before !== "string" && before.specHash === spec.specHash && (await settled(host, before)))
    return [];
  const left = await stopService(host, context.stackDir, name);
  if (left.length > 0) return left;
  await host.files.makeDirectory(spec.folder, 0o700);
  const supervisor = await host.jobs.detach({
    argv: [host.environment.nodePath, context.supervisorPath],
    cwd: spec.folder,
    env: {
      PATH: searchPath([]),
      LANG: "C.UTF-8",
      // Where its sandbox looks for the home that it may show.
      HOME: spec.env["HOME"] ?? context.stackDir,
      ...supervisorMarker(context.stackDir, name),
      ...(host.environment.electron && { ELECTRON_RUN_AS_NODE: "1" }),
    },
    input: JSON.stringify(spec),
  });
  const isQuoted = (given.secrets ?? []).length === 0;
  const problem = await waitUntilUp(host, context, spec, supervisor, isQuoted);
  if (problem === undefined) return [];
  return [problem, ...(await stopService(host, context.stackDir, name))];
}

/**
 * The service does not run in the step's sandbox: a script may not have its program load or obey what the plan did not show
 * (LD_PRELOAD, NODE_OPTIONS, PATH). Other variables it may add.
 */
function unplannedName(
  action: Action,
  env: Readonly<Record<string, string>>,
  request: ServiceRequest,
): string | undefined {
  const planned = new Set(environmentNames(action, env));
  return Object.keys(request.env).find((name) => isHijackingName(name) && !planned.has(name));
}

/** A removal ends the service before the artifact cleans up after it. */
export async function endRemovedService(
  host: Host,
  context: RunContext,
  action: Action,
  env: Readonly<Record<string, string>>,
): Promise<readonly Diagnostic[]> {
  const name = nameOf(action, env);
  return name === undefined ? [] : stopService(host, context.stackDir, name);
}

export async function removeServiceFolder(
  host: Host,
  context: RunContext,
  action: Action,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const name = nameOf(action, env);
  if (name !== undefined) await host.files.remove(serviceFolder(context.stackDir, name));
}

async function settled(host: Host, status: ServiceStatusFile): Promise<boolean> {
  return status.state === "running" && (await isServiceAlive(host, status));
}

async function waitUntilUp(
  host: Host,
  context: RunContext,
  spec: SupervisorSpec,
  supervisor: ProcessIdentity,
  isQuoted: boolean,
): Promise<Diagnostic | undefined> {
  const fail = (message: string, hint?: string): Diagnostic =>
    diagnostic("service-failed", `Service "${spec.name}" ${message}`, { hint });
  const deadline = host.clock.now() + supervisorStartMs;
  while (host.clock.now() < deadline) {
    if (context.signal.aborted) return fail("was interrupted while it started");
    const alive = (await host.jobs.startTime(supervisor.pid)) === supervisor.startTime;
    const status = await readServiceStatus(host, context.stackDir, spec.name);
    // An older supervisor's last words may still stand there.
    if (typeof status !== "string" && status.supervisorPid === supervisor.pid) {
      if (status.state !== "running" || status.restarts > 0 || !alive) {
        return fail(
          `ended at once, with exit code ${status.exitCode ?? "unknown"}`,
          await lastLines(host, spec, isQuoted),
        );
      }
      if (host.clock.now() - (status.startedAt ?? Number.POSITIVE_INFINITY) >= settledMs) {
        return (await isServiceAlive(host, status))
          ? undefined
          : fail("ended at once", await lastLines(host, spec, isQuoted));
      }
    } else if (!alive) {
      return fail("was not started: its supervisor has ended");
    }
    await host.clock.sleep(50);
  }
  return fail("was not started: its supervisor does not answer");
}

/** What the service printed last, unless secrets may be in it. */
async function lastLines(host: Host, spec: SupervisorSpec, isQuoted: boolean): Promise<string> {
  const log = `${spec.folder}/service.log`;
  const shown = log.slice(log.indexOf(".clockwork/services/"));
  const text = isQuoted && (await host.files.stat(log)) ? (await host.files.readText(log)).trimEnd() : "";
  const tail = text.split("\n").slice(-10).join("\n").slice(-2000);
  const refused = spec.sandbox ? refusedBy(tail) : "";
  return tail === "" ? `Its log is ${shown}.` : `${refused}Its log, ${shown}, ends with:\n${tail}`;
}

async function readRequest(
  host: Host,
  path: string,
  name: string,
  command: readonly string[],
): Promise<{ value: ServiceRequest } | { problem: Diagnostic }> {
  const problem = (message: string): { problem: Diagnostic } => ({
    problem: diagnostic("service-failed", `The step of service "${name}" ${message}`, {
      hint: "It writes {command, cwd, env, stop_signal, stop_timeout} as JSON to the file in CLOCKWORK_SERVICE.",
    }),
  });
  let text: string;
  try {
    text = new TextDecoder().decode(await host.files.readPlain(path, maxRequestBytes));
  } catch (error) {
    if (error instanceof HostError) return problem("did not leave a plain file in CLOCKWORK_SERVICE");
    throw error;
  }
  if (text === "") return problem("did not describe it");
  const request = serviceRequest.safeParse(jsonOf(text), english);
  if (!request.success) {
    const [issue] = request.error.issues;
    return problem(
      `did not describe it as agreed: ${issue?.path.join(".") || "the file"}: ${issue?.message}`,
    );
  }
  // The artifact may not start anything but what the plan showed.
  if (JSON.stringify(request.data.command) !== JSON.stringify(command)) {
    return problem("describes another command than the plan");
  }
  return { value: request.data };
}

async function supervisorSpec(
  host: Host,
  context: RunContext,
  action: Action,
  name: string,
  request: ServiceRequest,
  salt: string,
  { env, secrets = [] }: Added,
): Promise<SupervisorSpec> {
  const shown = stringList(action.args["command"]) ?? (secrets.length > 0 ? undefined : [...request.command]);
  const environment = {
    PATH: searchPath([host.environment.nodePath], programFolders(env)),
    HOME: host.environment.variables["HOME"] ?? context.stackDir,
    LANG: "C.UTF-8",
    ...request.env,
    ...serviceMarker(context.stackDir, name),
  };
  const cwd = inStack(context, request.cwd ?? ".");
  const sandbox = await serviceSandbox(host, context, action, env, { env: environment, cwd });
  const spec = {
    name,
    folder: serviceFolder(context.stackDir, name),
    command: request.command,
    cwd,
    env: environment,
    ...(sandbox && { sandbox }),
    stopSignal: request.stop_signal,
    stopTimeoutMs: request.stop_timeout * 1000,
    logMaxBytes: request.log_max_mb * 1024 * 1024,
    logFiles: request.log_files,
    restart: restartOf(action),
    salt,
    // It may print what another step was given, from a file that this one wrote.
    secrets: [...context.secrets],
    ...(shown && { shownCommand: shown }),
  };
  const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
  return { ...spec, specHash: specHash(spec, asksFor(action, env), sha256) };
}

const inStack = ({ stackDir }: RunContext, path: string): string =>
  path.startsWith("/") ? path : `${stackDir}/${path}`;

/** Servers (nginx, sshd) are installed in the folders for administrators; runtimes where the step found them. */
function programFolders(env: Readonly<Record<string, string>>): readonly string[] {
  return [
    ...(env["PATH"] ?? "").split(":").filter((path) => path !== ""),
    "/usr/local/sbin",
    "/usr/sbin",
    "/sbin",
  ];
}

function restartOf(action: Action): SupervisorSpec["restart"] {
  const { restart } = action.args;
  return restart === "no" || restart === "always" || restart === "unless-stopped" ? restart : "on-failure";
}
