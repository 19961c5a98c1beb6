/* What compilers usually write, and looks like something that is refused. */
import { expect, test } from "vitest";
import { checkBundle } from "../../../server/src/forge/check.ts";
import { artifact, corpusActions, extra, goodBundle, type Loose, runs, script, variable } from "./samples.ts";

const sh = (c: string) => artifact(0, { content: `#!/usr/bin/env bash\nset -euo pipefail\n${c}\n` });
const py = (c: string) => artifact(1, { content: c });
const ts = (c: string) => artifact(2, { content: c });
const go = (c: string) => artifact(3, { content: c });
test.each<readonly [string, (bundle: Loose) => void]>([
  [
    "an image by its digest",
    sh("docker pull nginx@sha256:9f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8"),
  ],
  ["a commit", sh("git checkout 4b825dc642cb6eb9a060e54bf8d69288fbee4904")],
  ["a password by name", sh('PASSWORD="$DB_PASSWORD" psql -U app -c "select 1"')],
  ["a password's file", sh("POSTGRES_PASSWORD_FILE=/run/secrets/pg docker compose up -d")],
  [
    "secrets of the environment",
    py('import os\ntoken = os.environ["TOKEN"]\npassword = os.getenv("PASSWORD", "")\n'),
  ],
  [
    "a token in a template",
    py(
      'import urllib.request as r\nreq = r.Request(f"http://localhost:{8080}/", headers={"Authorization": f"Bearer {tok}"})\n',
    ),
  ],
  [
    "a public key of ssh",
    extra(
      script(
        "files/authorized_keys",
        "fetch_repo",
        "text",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGgS0m0v5XkA2f0n8q3dKq8Y6oS0eLxq7v8mQ0y1bX3Z me@host\n",
      ),
    ),
  ],
  [
    "a request for a certificate",
    extra(
      script(
        "files/x.pem",
        "fetch_repo",
        "text",
        "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n",
      ),
    ),
  ],
  ["uuid", sh('id=123e4567-e89b-12d3-a456-426614174000; echo "$id"')],
  [
    "base64 of a sentence",
    sh('base64 -d <<< "SGVsbG8sIHdvcmxkISBUaGlzIGlzIGEgbG9uZ2VyIHRleHQgdG8gYmUgZGVjb2RlZC4=" > out'),
  ],
  [
    "heredoc yaml",
    sh(
      "cat > compose.yml <<YAML\nservices:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: ${DB_PASSWORD}\nYAML",
    ),
  ],
  ["url userinfo var", sh('curl -fsS "https://${USER_NAME}:${PASS}@registry.example.com/v2/"')],
  [
    "an archive that is fetched",
    sh("curl -fsSL --retry 3 https://example.com/install.tar.gz | tar xz -C /opt/app"),
  ],
  [
    "a clean-up and a loop that waits",
    sh(
      'tmp=$(mktemp -d)\ntrap \'rm -rf "$tmp"\' EXIT\nfor i in $(seq 1 30); do curl -fsS "$URL" && exit 0; sleep 1; done\nexit 1',
    ),
  ],
  [
    "deno serve",
    ts(
      'const r = await fetch(`http://localhost:${Deno.env.get("PORT")}/health`);\nif (!r.ok) Deno.exit(1);\n',
    ),
  ],
  [
    "deno rel",
    (b) => {
      ts('import { go } from "./lib/go.ts";\ngo();\n')(b);
      b.artifacts.push(
        script("scripts/lib/go.ts", "ensure_service", "deno", "export const go = () => 1;\n", "0644"),
      );
    },
  ],
  [
    "deno json",
    (b) => {
      ts('import c from "./lib/c.json" with { type: "json" };\nconsole.log(c);\n')(b);
    },
  ],
  [
    "deno Command",
    ts(
      'const p = new Deno.Command("docker", { args: ["run", "-d", "--name", "myapp", "-p", "8080:8080", "myapp:latest"] });\nconst { code } = await p.output();\nDeno.exit(code);\n',
    ),
  ],
  [
    "node builtin",
    (b) => {
      b.artifacts[0] = script(
        "scripts/01_fetch.mjs",
        "fetch_repo",
        "node",
        'import { execFileSync } from "node:child_process";\nimport { existsSync } from "fs";\nexecFileSync("git", ["clone", process.env.REPO_URL]);\n',
      );
      b.steps[0] = { purpose: "fetch_repo", run: { cmd: ["node", "scripts/01_fetch.mjs"] } };
    },
  ],
  [
    "node cjs",
    (b) => {
      b.artifacts[0] = script(
        "scripts/01_fetch.cjs",
        "fetch_repo",
        "node",
        'const { execFileSync } = require("node:child_process");\nexecFileSync("git", ["--version"]);\n',
      );
      b.steps[0] = { purpose: "fetch_repo", run: { cmd: ["node", "scripts/01_fetch.cjs"] } };
    },
  ],
  [
    "node js",
    (b) => {
      b.artifacts[0] = script("scripts/01_fetch.js", "fetch_repo", "node", 'console.log("x");\n');
      b.steps[0] = { purpose: "fetch_repo", run: { cmd: ["node", "scripts/01_fetch.js"] } };
    },
  ],
  [
    "go http",
    go(
      'package main\n\nimport (\n\t"context"\n\t"crypto/tls"\n\t"fmt"\n\t"log/slog"\n\t"net/http"\n\t"os"\n\t"os/signal"\n\t"time"\n)\n\nfunc main() {\n\tctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)\n\tdefer stop()\n\t_ = ctx\n\tc := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}}}\n\tr, err := c.Get(os.Getenv("URL"))\n\tif err != nil {\n\t\tslog.Error("get", "err", err)\n\t\tos.Exit(1)\n\t}\n\tfmt.Println(r.StatusCode)\n}\n',
    ),
  ],
  ["go build tag", go("//go:build !windows\n// +build !windows\n\npackage main\n\nfunc main() {}\n")],
  ["go noinline", go("package main\n\n//go:noinline\nfunc f() {}\n\nfunc main() { f() }\n")],
  ["go nolint", go("package main\n\n//nolint:all\nfunc main() {}\n")],
  [
    "py dataclass",
    py(
      '#!/usr/bin/env python3\nfrom __future__ import annotations\nimport json, sys, subprocess\nfrom dataclasses import dataclass\n\n@dataclass\nclass A:\n    x: int = 0\n\nsubprocess.run(["docker", "build", "-t", "myapp:latest", "."], check=True)\n',
    ),
  ],
  [
    "py helper",
    (b) => {
      py(
        'import sys, pathlib\nsys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))\nimport retry_tools\n',
      )(b);
      b.artifacts.push(
        script("scripts/lib/retry_tools.py", "build_image", "python", "def f(): pass\n", "0644"),
      );
    },
  ],
  ["python cmd", runs(1, "python3", "scripts/02_build_image.py", "--tag", "myapp:latest", "--no-cache")],
  [
    "deno perms",
    runs(
      2,
      "deno",
      "run",
      "--allow-run=docker,podman",
      "--allow-env",
      "--allow-net",
      "--allow-read",
      "scripts/03_ensure_service.ts",
    ),
  ],
  ["deno -A", runs(2, "deno", "run", "-A", "scripts/03_ensure_service.ts")],
  [
    "deno long net",
    runs(
      2,
      "deno",
      "run",
      "--allow-net=localhost:8080,127.0.0.1:8080,[::1]:8080",
      "scripts/03_ensure_service.ts",
    ),
  ],
  ["go run dot slash", runs(3, "go", "run", "./scripts/90_verify_http.go")],
  ["bash -x", runs(0, "bash", "-x", "scripts/01_fetch_repo.sh")],
  ["bash -eo pipefail", runs(0, "bash", "-eo", "pipefail", "scripts/01_fetch_repo.sh")],
  [
    "sh shebang",
    artifact(0, {
      content: "#!/usr/bin/env bash\n# shellcheck disable=SC2086\nset -Eeuo pipefail\nIFS=$'\\n\\t'\n",
    }),
  ],
  [
    "var list",
    (b) =>
      Object.assign(b.vars, {
        WAIT_SECONDS: 30,
        LOG_LEVEL: "info",
        DATABASE_URL: "postgres://localhost:5432/app",
        APP_ENV: "prod",
        API_BASE: "https://api.example.com/v1",
      }),
  ],
  ["var ip", variable("BIND", "0.0.0.0:8080")],
  ["var path", variable("WORKDIR", "/srv/myapp")],
  ["var json", variable("TAGS", '["a","b"]')],
  ["mode 0700", artifact(0, { mode: "0700" })],
  ["mode 0644", artifact(0, { mode: "0644" })],
  ["mode 0600", artifact(0, { mode: "0600" })],
  [
    "systemd",
    extra(
      script(
        "files/app.service",
        "ensure_service",
        "ini",
        "[Unit]\nDescription=x\n[Service]\nExecStart=/usr/bin/app\n",
        "0644",
      ),
    ),
  ],
  ["dockerfile", extra(script("files/Dockerfile", "build_image", "dockerfile", "FROM scratch\n", "0644"))],
  ["dotdata", extra(script("files/config.json", "build_image", "json", "{}\n", "0644"))],
  ["tpl", extra(script("files/nginx.conf.tmpl", "build_image", "text", "listen {{port}};\n", "0644"))],
  ["nbsp", artifact(0, { content: "#!/usr/bin/env bash\necho 'a b'\n" })],
  ["ansi via escape", artifact(0, { content: "#!/usr/bin/env bash\nprintf '\\033[32mok\\033[0m\\n'\n" })],
  ["gh ref", artifact(0, { content: '#!/usr/bin/env bash\ngh auth login --with-token <<< "$GH_PAT"\n' })],
])("%s", (_, change) => {
  const bundle = goodBundle();
  change(bundle);
  expect(checkBundle(bundle, corpusActions).diagnostics).toEqual([]);
});
