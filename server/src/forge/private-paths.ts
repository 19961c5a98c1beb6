/**
 * Where a person's programs keep what opens other doors: keys, tokens, sessions, and sockets of agents that sign or start
 * things with them. A server that somebody breaks into is to find none of it. A list of names is never complete; whatever is
 * not in it can be read, and not be changed.
 */
import type { Environment } from "../host/ports.ts";

/** Below the home. */
const keys: readonly string[] = [
  // Shells on other machines, signatures, passwords.
  ...[".ssh", ".gnupg", ".password-store", ".netrc", ".authinfo", ".authinfo.gpg", ".vault-token"],
  ...[
    ".local/share/keyrings",
    ".local/share/kwalletd",
    ".config/op",
    ".1password",
    ".config/sops",
    ".config/age",
  ],
  // Clouds and clusters.
  ...[
    ".aws",
    ".azure",
    ".kube",
    ".oci",
    ".boto",
    ".s3cfg",
    ".terraform.d",
    ".pulumi",
    ".fly",
    ".config/gcloud",
  ],
  ...[".config/doctl", ".config/hcloud", ".config/scw", ".config/rclone", ".config/containers", ".docker"],
  // Forges and registries of packages.
  ...[".git-credentials", ".config/git/credentials", ".config/gh", ".config/glab-cli", ".config/hub"],
  ...[
    ".npmrc",
    ".yarnrc.yml",
    ".pypirc",
    ".cargo/credentials",
    ".cargo/credentials.toml",
    ".gem/credentials",
  ],
  ...[".m2/settings.xml", ".m2/settings-security.xml", ".gradle/gradle.properties", ".composer/auth.json"],
  ...[".config/composer/auth.json", ".nuget/NuGet/NuGet.Config"],
  // Databases.
  ...[".pgpass", ".my.cnf", ".mylogin.cnf"],
  // Agents, editors and browsers, signed in.
  ...[".claude", ".claude.json", ".codex", ".gemini", ".config/github-copilot", ".cursor", ".config/Cursor"],
  ...[
    ".config/Code",
    ".vscode-server",
    ".mozilla",
    ".thunderbird",
    ".config/google-chrome",
    ".config/chromium",
  ],
  ...[".config/BraveSoftware", ".config/microsoft-edge", ".local/share/containers"],
  // What was typed.
  ...[
    ".bash_history",
    ".zsh_history",
    ".python_history",
    ".node_repl_history",
    ".psql_history",
    ".mysql_history",
  ],
];

/** Of daemons that would start anything for whoever may ask. */
const sockets: readonly string[] = ["/var/snap/lxd/common/lxd", "/var/lib/lxd", "/var/lib/incus"];

/** Absolute. */
export function privatePaths({ variables }: Pick<Environment, "variables">): readonly string[] {
  const { HOME: home, XDG_CONFIG_HOME: config, XDG_STATE_HOME: state, SSH_AUTH_SOCK: agent } = variables;
  const own = [config, state]
    .filter((folder) => folder?.startsWith("/"))
    .map((folder) => `${folder}/clockwork`);
  // In the last one lies code that we run.
  const atHome = [...keys, ".config/clockwork", ".local/state/clockwork", ".cache/clockwork"];
  return [
    ...(home?.startsWith("/") ? atHome.map((name) => `${home}/${name}`) : []),
    ...own,
    ...(agent?.startsWith("/") ? [agent] : []),
    ...sockets,
  ];
}

/**
 * Below the home: what may be changed, because programs do not start without: what package managers keep of what they have
 * fetched.
 */
const caches: readonly string[] = [".cache", ".npm"];

export function cachePaths({ variables: { HOME: home } }: Pick<Environment, "variables">): readonly string[] {
  return home?.startsWith("/") ? caches.map((name) => `${home}/${name}`) : [];
}
