/** What makes the machine's own supervisor start a daemon at login, or at boot: a systemd user unit, or a launchd agent. */
import { createHash } from "node:crypto";

export interface Started {
  /** The stack's folder, absolute. */
  readonly folder: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface ServiceUnit {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  /** What a person runs to start it now and from now on, and to end that. */
  readonly enable: readonly string[];
  readonly disable: readonly string[];
}

/** Undefined for a platform without either. */
export function serviceUnit(
  platform: string,
  variables: Readonly<Record<string, string>>,
  started: Started,
): ServiceUnit | undefined {
  const home = variables["HOME"];
  if (!home) return undefined;
  if (platform === "linux") return systemd(variables["XDG_CONFIG_HOME"] || `${home}/.config`, started);
  return platform === "darwin" ? launchd(home, started) : undefined;
}

/** Tells stacks of one name apart, and is a part of file names. */
function nameOf(folder: string): string {
  const base = folder.slice(folder.lastIndexOf("/") + 1).replace(/[^A-Za-z0-9_-]+/g, "-");
  return `clockwork-${base || "stack"}-${createHash("sha256").update(folder).digest("hex").slice(0, 8)}`;
}

/** Source of the lines: systemd.service(5), systemd.exec(5), systemd.kill(5). */
function systemd(config: string, { folder, argv, env }: Started): ServiceUnit {
  const name = nameOf(folder);
  const variables = Object.entries(env).map(([key, value]) => `Environment=${word(`${key}=${value}`)}`);
  const text = `[Unit]
Description=Clockwork daemon of ${specifiers(folder)}

[Service]
Type=exec
ExecStart=${argv.map((one) => word(one.replaceAll("$", "$$$$"))).join(" ")}
WorkingDirectory=${specifiers(folder)}
${variables.join("\n")}
UnsetEnvironment=NODE_OPTIONS NODE_PATH LD_PRELOAD LD_LIBRARY_PATH BASH_ENV

# It ends in good order with 130. With 4 another daemon watches the stack already.
SuccessExitStatus=130
Restart=on-failure
RestartPreventExitStatus=4
RestartSec=30
TimeoutStopSec=30

# Services that it has started go on when it ends, and one that runs out of memory is its own affair.
KillMode=process
OOMPolicy=continue

# Each step has a sandbox of its own. What this unit could forbid besides (NoNewPrivileges=, ProtectSystem= …) is what sandboxes
# and rootless containers are made with.
LimitCORE=0

[Install]
WantedBy=default.target
`;
  return {
    name,
    path: `${config}/systemd/user/${name}.service`,
    text,
    enable: [
      "systemctl --user daemon-reload",
      `systemctl --user enable --now ${name}.service`,
      "loginctl enable-linger  # also while nobody is logged in",
    ],
    disable: [`systemctl --user disable --now ${name}.service`],
  };
}

const specifiers = (text: string): string => text.replaceAll("%", "%%");

/** One word of a line, whatever is in it. */
function word(text: string): string {
  return `"${specifiers(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** Source of the keys: launchd.plist(5). */
function launchd(home: string, { folder, argv, env }: Started): ServiceUnit {
  const name = nameOf(folder);
  const path = `${home}/Library/LaunchAgents/${name}.plist`;
  const strings = argv.map((one) => `    <string>${xml(one)}</string>`);
  const variables = Object.entries(env).map(
    ([key, value]) => `    <key>${xml(key)}</key>\n    <string>${xml(value)}</string>`,
  );
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${name}</string>
  <key>ProgramArguments</key>
  <array>
${strings.join("\n")}
  </array>
  <key>WorkingDirectory</key>
  <string>${xml(folder)}</string>
  <key>EnvironmentVariables</key>
  <dict>
${variables.join("\n")}
  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>Crashed</key>
    <true/>
  </dict>
  <!-- Services that it has started go on when it ends. -->
  <key>AbandonProcessGroup</key>
  <true/>
  <key>ProcessType</key>
  <string>Background</string>
</dict>
</plist>
`;
  const quoted = `'${path.replaceAll("'", "'\\''")}'`;
  return {
    name,
    path,
    text,
    enable: [`launchctl bootstrap gui/$(id -u) ${quoted}`],
    disable: [`launchctl bootout gui/$(id -u)/${name}`],
  };
}

function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
