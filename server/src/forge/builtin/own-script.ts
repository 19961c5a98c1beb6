/** Steps of kinds that the stack defines: their artifact is the script that the kind brings along, word for word. */

import { artifactPath } from "../../assembly/step-files.ts";
import { type Diagnostic, diagnostic } from "../../diagnostics/diagnostic.ts";
import type { KindScript, OwnStep, ScriptLanguage } from "../../intake/schema/schema.ts";
import type { Artifact, RunStep } from "../bundle.ts";
import { languages } from "../check/languages.ts";

/** How each language is started; what fails inside a bash script must not go unseen. */
const commands: Readonly<Record<ScriptLanguage, readonly string[]>> = {
  bash: ["bash", "-eo", "pipefail"],
  python: ["python3"],
  node: ["node"],
  deno: ["deno", "run", "--allow-all"],
  go: ["go", "run"],
};

/** A Go program begins with its package. */
const shebangs: Readonly<Record<ScriptLanguage, string>> = {
  bash: "#!/usr/bin/env bash\n",
  python: "#!/usr/bin/env python3\n",
  node: "#!/usr/bin/env node\n",
  deno: "#!/usr/bin/env -S deno run --allow-all\n",
  go: "",
};

export function compileOwn(
  id: string,
  { script, span }: OwnStep,
): { readonly artifact: Artifact; readonly step: RunStep } | { readonly problem: Diagnostic } {
  if (!script) {
    const message = `${id} has no script, and the built-in compiler has no template for it`;
    const hint = "Give the kind a script, or let an agent write it: --compiler.";
    return { problem: diagnostic("no-template", message, { span, hint }) };
  }
  const { lang } = script;
  const [extension = ""] = languages[lang].extensions;
  const path = artifactPath(id, extension);
  return {
    artifact: { path, mode: "0755", purpose: id, lang, content: textOf(script) },
    step: { purpose: id, run: { cmd: [...commands[lang], path] } },
  };
}

function textOf({ lang, content }: KindScript): string {
  const head = content.startsWith("#!") ? "" : shebangs[lang];
  return `${head}${content}${content.endsWith("\n") ? "" : "\n"}`;
}
