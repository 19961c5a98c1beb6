/**
 * What the steps of the built-in kinds have to do, for an agent: what the core and its observers rely on and the arguments
 * alone do not say. `docs/` has the attributes themselves.
 */
const stack =
  "Give it the label clockwork.stack with the value of CLOCKWORK_LINEAGE. Where one of that name exists without this label value and CLOCKWORK_ADOPT is not set, fail with a message that names it and leave it alone.";
const remove =
  "Quietly done where it is not there. Leave alone, with a failure that names it, what has not the label clockwork.stack with the value of CLOCKWORK_LINEAGE, unless CLOCKWORK_ADOPT is set.";

export const builtinGuides: Readonly<Record<string, string>> = {
  fetch_repo:
    'Make the folder `path` (without one, the step\'s "folder") a git work tree that is exactly the commit `ref` names (branch before tag before commit; the default branch without `ref`). A folder that is no clone of `url` is not touched: fail. Keep local changes as a git stash. Set the config clockwork.stack of the clone to CLOCKWORK_LINEAGE. Never ask for a password. Outputs: `workdir`, absolute; `commit`, the full hash.',
  remove_repo:
    'Remove the clone at `path` (or "folder"), unless it is no clone of `url` or holds uncommitted changes or stashes: then fail.',
  build_image: `Build an image from the folder \`context\` with every tag of \`tags\`, by the engine's own build command. ${stack} Outputs: \`ref\` is the first tag, \`id\` the image's id.`,
  remove_image: `Remove the image's tags. ${remove}`,
  ensure_network: `Make the network if it is not there. ${stack}`,
  remove_network: `Remove the network. ${remove}`,
  ensure_volume: `Make the volume if it is not there; never recreate one, it holds data. ${stack}`,
  remove_volume: `Remove the volume. ${remove}`,
  ensure_service: `With \`image\`: keep one container of the name \`name\` running, made from exactly these arguments. Pull the image only where it is missing. ${stack} Put a hash of everything it is made from (and of the image's id) into a second label, clockwork.config: a running container of ours with the same hash stays, another one of ours is replaced. Fail if it has ended a second after its start, with the end of its log. Restart policy on-failure where none is given. Secrets are handed to the engine's process as environment variables and named to it, never as arguments. With \`command\`: start nothing. Write JSON {"command": [the action's], "cwd": "…", "env": {…}, "stop_signal": "SIGTERM", "stop_timeout": 10} to the file that CLOCKWORK_SERVICE names and end: the core starts, watches and replaces the process. Outputs: \`id\`; \`host\`, \`port\` and \`url\` (http://HOST:PORT) of the first published port.`,
  remove_service: `With \`image\`: stop and remove the container. ${remove} With \`command\`: the core has ended the process already; clean up nothing else.`,
  ensure_file:
    "Write exactly `content` (or the copy of `source`) to `path` by a temporary file beside it and a rename; make missing folders; set `mode`. Outputs: `path`, `sha256` of the bytes.",
  remove_file: "Remove the file at `path`; quietly done where there is none; never a folder.",
  ensure_directory: "Make the folder `path` with `mode`; a file in its place is a failure.",
  remove_directory:
    "Remove the folder at `path`, only if it is empty or the arguments say to remove what is in it.",
  run_task:
    "Run the command or script of the arguments once, in the stack's folder, with its `env`. Where `creates` exists already there is nothing to do; where it does not exist afterwards, fail. Output: `stdout`, its last line.",
  run_task_destroy: "Run the command `on_destroy` of the arguments, if there is one.",
  verify_http:
    "Ask `url` until it answers as `expect_status` (200) and `body_contains` say, or the time is over; connect directly, follow no redirect. Change nothing.",
  verify_tcp: "Connect to `host` and `port` until it works or the time is over. Change nothing.",
  verify_command: "Run `command` until it ends as expected or the time is over. Change nothing of your own.",
  verify_file: "Look whether the file at `path` is as the arguments say. Change nothing.",
  verify_service: "Look whether the service `name` runs. Change nothing.",
};
