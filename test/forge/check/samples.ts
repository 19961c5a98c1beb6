import { readFileSync } from "node:fs";
import { type ActionList, actionList } from "../../../server/src/assembly/actions.ts";
import type { Artifact, RunStep } from "../../../server/src/forge/bundle.ts";

const read = (path: string): string => readFileSync(new URL(`../../cases/${path}`, import.meta.url), "utf8");

export interface CorpusItem {
  readonly id: string;
  readonly expect: "reject" | "accept";
  readonly why: string;
  /** The reply as text. */
  readonly json: string;
}

export const corpus: { readonly actions: unknown; readonly items: readonly CorpusItem[] } = JSON.parse(
  read("bundles/bundles.json"),
);
export const corpusActions: ActionList = actionList.parse(corpus.actions);

/** The seed's samples, A and B. */
export const seedActions: ActionList = actionList.parse(JSON.parse(read("seed/action-list.json")));
export const seedBundleText: string = read("seed/artifact-bundle.json");

/** A bundle with anything in it. */
export interface Loose {
  version: unknown;
  artifacts: Record<string, unknown>[];
  steps: { purpose: unknown; run: Record<string, unknown> }[];
  vars: Record<string, unknown>;
  [other: string]: unknown;
}

/** A fresh copy of a bundle that passes, to spoil. */
export function goodBundle(): Loose {
  return {
    version: "1",
    artifacts: [
      script(
        "scripts/01_fetch_repo.sh",
        "fetch_repo",
        "bash",
        "#!/usr/bin/env bash\nset -euo pipefail\necho fetch\n",
      ),
      script(
        "scripts/02_build_image.py",
        "build_image",
        "python",
        '#!/usr/bin/env python3\nprint("build")\n',
      ),
      script("scripts/03_ensure_service.ts", "ensure_service", "deno", 'console.log("ensure")\n', "0644"),
      script(
        "scripts/90_verify_http.go",
        "verify_http",
        "go",
        'package main\n\nfunc main() { println("ok") }\n',
      ),
    ],
    steps: [
      step("fetch_repo", "bash", "scripts/01_fetch_repo.sh"),
      step("build_image", "python3", "scripts/02_build_image.py"),
      step("ensure_service", "deno", "run", "--allow-all", "scripts/03_ensure_service.ts"),
      step("verify_http", "./scripts/90_verify_http.go"),
    ],
    vars: { REPO_URL: "https://github.com/user/myapp", NAME: "myapp", INTERNAL_PORT: 8080 },
  };
}

export function script(
  path: string,
  purpose: string,
  lang: string,
  content: string,
  mode: Artifact["mode"] = "0755",
): Record<string, unknown> {
  return { path, mode, purpose, lang, content };
}

export function step(purpose: string, ...cmd: string[]): RunStep {
  return { purpose, run: { cmd } };
}

/** The i-th artifact of a bundle, changed. */
export const artifact = (index: number, change: Record<string, unknown>) => (b: Loose) => {
  Object.assign(b.artifacts[index] ?? {}, change);
};
/** The first artifact moved, its step with it. */
export const moved = (path: string) => (b: Loose) => {
  Object.assign(b.artifacts[0] ?? {}, { path });
  b.steps[0] = step("fetch_repo", "bash", path);
};
/** The command of the i-th step. */
export const runs =
  (index: number, ...cmd: unknown[]) =>
  (b: Loose) => {
    const at = b.steps[index];
    if (at) at.run = { cmd };
  };
export const extra = (added: Record<string, unknown>) => (b: Loose) => {
  b.artifacts.push(added);
};
export const variable = (name: string, value: unknown) => (b: Loose) => {
  b.vars[name] = value;
};
