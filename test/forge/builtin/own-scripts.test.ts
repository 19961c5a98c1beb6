import { describe, expect, it } from "vitest";
import type { Action } from "../../../server/src/assembly/actions.ts";
import { compileBuiltin } from "../../../server/src/forge/builtin/compile.ts";
import { factsNeeded, grants, type OwnSteps, usesEngine } from "../../../server/src/forge/capabilities.ts";
import { checkBundle } from "../../../server/src/forge/check.ts";
import { ownEnvironment } from "../../../server/src/forge/own-environment.ts";
import { type OwnCapabilities, scriptLanguages } from "../../../server/src/intake/schema/schema.ts";

const capabilities: OwnCapabilities = { network: "none", writes: [], engine: false, secrets: "file" };
const step = (args: Action["args"] = {}, more: Partial<Action> = {}): Action => ({
  name: "ensure_cert",
  args,
  id: "ensure_cert.a",
  resource: "cert.a",
  ...more,
});
const texts: Readonly<Record<string, string>> = {
  bash: "echo hello",
  python: "print('hello')\n",
  node: "console.log(1);\n",
  deno: "console.log(1);\n",
  go: 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("hello") }\n',
};

describe("the script of a kind", () => {
  it.each(scriptLanguages)("is the step's artifact in %s, and passes the check", (lang) => {
    const content = texts[lang] ?? "";
    const own: OwnSteps = () => ({ capabilities, script: { lang, content } });
    const { value, diagnostics } = compileBuiltin([step()], { os: "linux", arch: "x64", runtimes: {} }, own);
    expect(diagnostics).toEqual([]);
    expect(value.artifacts[0]?.content).toContain(content);
    expect(value.artifacts[0]?.content.endsWith("\n")).toBe(true);
    expect(value.artifacts[0]?.content.startsWith("#!")).toBe(lang !== "go");
    expect(checkBundle(value, { version: "1", steps: [step()] }).diagnostics).toEqual([]);
  });

  it("keeps its own first line, and is refused like any other where it breaks a rule", () => {
    const compiled = (content: string) =>
      compileBuiltin([step()], { os: "linux", arch: "x64", runtimes: {} }, () => ({
        capabilities,
        script: { lang: "bash", content },
      })).value;
    const content = "#!/usr/bin/bash\necho x\n";
    expect(compiled(content).artifacts[0]?.content).toBe(content);
    const foreign = checkBundle(compiled("#!/usr/bin/perl\nprint 1;\n"), { version: "1", steps: [step()] });
    expect(foreign.diagnostics.map((d) => d.code)).toEqual(["C-SHEBANG"]);
  });
});

it("gets its arguments and the names of its outputs from its environment", () => {
  const args = {
    text: "a ${X} b $${Y}",
    number: 1.5,
    list: ["${X}", { a: "$${Z}" }],
    wholeVar: "X",
    missingVar: "Y",
  };
  const env = ownEnvironment(step(args, { provides: { pem: "CERT_A_PEM" } }), new Map([["X", "x"]]));
  expect(env).toEqual({
    CW_TEXT: "a x b ${Y}",
    CW_NUMBER: "1.5",
    CW_LIST: '["x",{"a":"${Z}"}]',
    CW_WHOLE: "x",
    CLOCKWORK_OUTPUT_PEM: "CERT_A_PEM",
  });
});

it("may do what its kind declares", () => {
  const own = { capabilities, script: { lang: "python", content: "x" } } as const;
  const withEngine = { ...own, capabilities: { ...capabilities, engine: true } };
  const variables = { DOCKER_HOST: "unix:///x", HOME: "/home/me" };
  const environment = { variables, platform: "linux", arch: "x64", nodePath: "/n", nodeVersion: "20" };
  expect(usesEngine(step(), own)).toBe(false);
  expect(usesEngine(step(), withEngine)).toBe(true);
  expect(grants(step(), environment, own)).toEqual({});
  expect(grants(step(), environment, withEngine)).toEqual({ DOCKER_HOST: "unix:///x", HOME: "/home/me" });
  expect([...factsNeeded([step()], () => own)].sort()).toEqual(["node", "python3"]);
  expect([...factsNeeded([step()], () => withEngine)].sort()).toEqual(["engine", "node", "python3"]);
});
