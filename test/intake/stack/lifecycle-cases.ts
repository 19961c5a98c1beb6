import { version } from "../../../package.json";
import type { Case } from "./case.ts";

const directory = (name: string, lifecycle = ""): string =>
  `resource "directory" "${name}" {\n  path = "${name}"\n${lifecycle === "" ? "" : `  lifecycle {\n    ${lifecycle}\n  }\n`}}\n`;
const moved = (from: string, to: string): string => `moved {\n  from = ${from}\n  to   = ${to}\n}\n`;
const removed = (from: string, body = ""): string => `removed {\n  from = ${from}\n${body}}\n`;

/** `moved`, `removed`, `lifecycle` and `clockwork` blocks. */
export const lifecycleCases: readonly Case[] = [
  {
    name: "moves of what is no resource or module",
    given: `moved "x" {}\nmoved {\n  from = directory.a\n  too  = directory.b\n}\n${moved('"directory.a"', "directory.b[count.index]")}${moved("verify.http.a", "var.b")}${moved("directory", "module.m.output")}moved {\n  from = directory.a\n  from = directory.b\n  lifecycle {}\n}`,
    told: [
      'wrong-labels: A moved block has no label, this one has 1 @"x"',
      'unknown-attribute: A moved block has no attribute "too" @too',
      'wrong-type: An address is written without quotes @"directory.a"',
      "wrong-type: The address of a resource or module is required: names and constant keys @directory.b[count.index]",
      "wrong-type: A check is nothing that exists, so it can be renamed just so @verify.http.a",
      "wrong-type: The address of a resource or module is required: names and constant keys @var.b",
      "wrong-type: The address of a resource or module is required: names and constant keys @module.m.output",
      "wrong-type: The address of a resource or module is required: names and constant keys @directory",
      'duplicate-attribute: "from" is set twice @from',
      'unexpected-block: A moved block has no block "lifecycle" @lifecycle',
      'missing-attribute: This moved block needs "to" @moved',
    ],
  },
  {
    name: "moves that say nothing that could be done",
    given: `${moved("directory.a", "directory.a")}${moved("directory.b", "file.b")}${moved("module.m", "directory.c")}${moved("directory.d", 'module.m["k"]')}`,
    told: [
      "invalid-move: directory.a is moved to where it is @moved",
      "invalid-move: A directory cannot become a file @file.b",
      "invalid-move: A module cannot become a resource @directory.c",
      'invalid-move: A resource cannot become a module @module.m["k"]',
    ],
  },
  {
    name: "moves that contradict each other or the files",
    given: `${directory("c")}${moved("directory.a", "directory.b")}${moved("directory.a", "directory.b")}${moved("directory.a", "directory.d")}${moved("directory.e", "directory.b")}${moved("directory.c", "directory.f")}${moved("directory.x", "directory.y")}${moved("directory.y", "directory.z")}${moved("directory.z", "directory.x")}`,
    told: [
      "ambiguous-move: directory.a cannot move to both directory.b and directory.d @directory.d",
      "ambiguous-move: directory.a and directory.e cannot both become directory.b @directory.e",
      "still-declared: directory.c has moved, but the files still have it @directory.c",
      "cycle: These moves lead back to where they began: directory.x → directory.y → directory.z → directory.x @moved",
    ],
  },
  {
    name: "moves that make sense",
    given: `${directory("b")}${moved("directory.a", "directory.b")}${moved("directory.a0", "directory.a")}${moved("directory.b", 'directory.c["k"]').replace("directory.b", "directory.q")}${moved("module.m", "module.n")}${moved("module.m[0].file.x", "file.y")}`,
    told: [],
  },
  {
    name: "removed blocks",
    given: `${directory("a")}${removed("directory.a")}${removed("directory.b", "  lifecycle {\n    destroy = false\n  }\n")}${removed("directory.c", "  lifecycle {}\n")}${removed("directory.d", "  lifecycle {\n    destroy = var.x\n    destory = 1\n  }\n")}removed {\n  lifecycle {\n    destroy = "maybe"\n  }\n}\n${removed("1")}`,
    told: [
      "still-declared: directory.a is removed, but the files still have it @directory.a",
      'missing-attribute: This lifecycle block needs "destroy" @lifecycle',
      'unknown-reference: "destroy" is a constant: it cannot refer to "var.x" @var.x',
      'unknown-attribute: The lifecycle of a removed block has no attribute "destory" @destory',
      'missing-attribute: This removed block needs "from" @removed',
      'wrong-type: destroy: a bool is required, "maybe" is none @"maybe"',
      "wrong-type: The address of a resource or module is required: names and constant keys @1",
    ],
  },
  {
    name: "lifecycle blocks",
    given: `${directory("a", "prevent_destroy = var.x\n    create_before_destroy = true\n    precondition {}\n    postcondition {}\n    prevent_destory = true")}${directory("b", "prevent_destroy = true\n  }\n  lifecycle {")}verify "file" "f" {\n  path = "f"\n  lifecycle {}\n}\nresource "file" "g" {\n  path    = "g"\n  content = ""\n  lifecycle "x" {\n    prevent_destroy = "true"\n  }\n}`,
    told: [
      'unknown-reference: "prevent_destroy" is a constant: it cannot refer to "var.x" @var.x',
      "not-supported: Clockwork always removes before it makes anew @create_before_destroy",
      'not-supported: There are no "precondition" blocks @precondition',
      'not-supported: There are no "postcondition" blocks @postcondition',
      'unknown-attribute: A lifecycle block has no attribute "prevent_destory" @prevent_destory',
      'duplicate-attribute: There is a second "lifecycle" block @lifecycle',
      'unexpected-block: A file check has no block "lifecycle" @lifecycle',
      'wrong-labels: A lifecycle block has no label @"x"',
    ],
  },
  {
    name: "changes that are ignored",
    given: `resource "service" "s" {\n  command = ["x"]\n  lifecycle {\n    ignore_changes = [environment, env.A, env["B"], ports[0].external, port, "labels.x", comand, ports[0].extrnal, logging.drivr, all, timeout, health_check, each(1), "a b"]\n  }\n}\n${directory("d", "ignore_changes = all")}${directory("e", 'ignore_changes = "mode"')}`,
    told: [
      'deprecated-form: Attributes in ignore_changes need no quotes @"labels.x"',
      'unknown-attribute: A service has no attribute "comand" @comand',
      'unknown-attribute: ports has no "extrnal" @extrnal',
      'unknown-attribute: logging has no "drivr" @drivr',
      'unknown-attribute: A service has no attribute "all" @all',
      "invalid-value: A change of timeout is never a change of the resource @timeout",
      "invalid-value: A change of health_check cannot be ignored @health_check",
      "wrong-type: ignore_changes: this is no attribute or part of one @each(1)",
      'wrong-type: ignore_changes: this is no attribute or part of one @"a b"',
      'wrong-type: ignore_changes: a list written out is required @"mode"',
    ],
  },
  {
    name: "what replaces",
    given: `${directory("a")}${directory("b", 'replace_triggered_by = [directory.a, directory.a.path, directory.aa, var.x, "directory.a", verify.http.x]')}${directory("c", "replace_triggered_by = directory.a")}${directory("d", "replace_triggered_by = [directory.e]")}${directory("e", "replace_triggered_by = [directory.d]")}`,
    told: [
      "unknown-resource: There is no directory.aa in the stack @directory.aa",
      "wrong-type: replace_triggered_by: a resource, or an attribute of one, is required @var.x",
      'wrong-type: replace_triggered_by: a resource, or an attribute of one, is required @"directory.a"',
      "wrong-type: replace_triggered_by: a resource, or an attribute of one, is required @verify.http.x",
      "wrong-type: replace_triggered_by: a list written out is required @directory.a",
      "cycle: These depend on each other in a circle: directory.d → directory.e → directory.d @directory.e",
    ],
  },
  {
    name: "what replaces, by instances",
    given: `resource "directory" "a" {\n  count = 2\n  path  = "a\${count.index}"\n}\nresource "directory" "b" {\n  count = 3\n  path  = "b\${count.index}"\n  lifecycle {\n    replace_triggered_by = [directory.a[0], directory.a[7], directory.a[count.index], directory.a[var.x]]\n  }\n}\n`,
    told: [
      "unknown-resource: There is no directory.a[7] in the stack @directory.a[7]",
      "unknown-resource: There is no directory.a[2] in the stack @directory.a[count.index]",
      "wrong-type: replace_triggered_by: a resource, or an attribute of one, is required @directory.a[var.x]",
    ],
  },
  {
    name: "a module's settings",
    given: {
      "main.cw": 'module "m" {\n  source = "./m"\n}\n',
      "m/main.cw": `clockwork {\n  required_version = "~> 1000"\n  agent {}\n}\n${directory("d")}`,
    },
    told: [
      `wrong-version: The stack wants Clockwork ~> 1000; this is ${version} @"~> 1000"`,
      'unexpected-block: A module has no "agent" block @agent',
    ],
  },
  {
    name: "settings",
    given: `clockwork {\n  required_version = ">= 0.0.1, => 1"\n  versio = 1\n  stat {}\n  state "s3" {\n    bucket = "b"\n  }\n  agent {\n    compiler = "builtn"\n    model = var.m\n    limits {\n      calls = 0\n      tokens = "many"\n      money = 1\n    }\n  }\n  daemon {\n    interval = "soon"\n    fixes_per_hour = 3\n    cooldown = "1m"\n  }\n}\n${directory("d")}`,
    told: [
      'invalid-value: required_version: "=>" is no operator; there are = != > >= < <= ~> @=> 1',
      'unknown-attribute: A clockwork block has no attribute "versio" @versio',
      'unexpected-block: A clockwork block has no block "stat" @stat',
      'wrong-labels: A state block has no label @"s3"',
      "not-supported: State is kept in .clockwork/state.json and nowhere else yet @bucket",
      'invalid-value: compiler: "builtn" is not one of "builtin", "anthropic", "editor" @"builtn"',
      'unknown-reference: "model" is a constant: it cannot refer to "var.m" @var.m',
      "invalid-value: calls: 0 is not a whole number from 1 to 9007199254740991 @0",
      'wrong-type: tokens: a number is required, "many" is none @"many"',
      'unknown-attribute: A limits block has no attribute "money" @money',
      'invalid-value: interval: "soon" is not a duration such as 30s, 5m or 1h30m @"soon"',
      "invalid-value: fixes_per_hour: 3 is not a whole number from 0 to 2 @3",
      'invalid-value: cooldown: "1m" is shorter than 600s @"1m"',
    ],
  },
  {
    name: "a version that is none, and one that is not ours",
    given: {
      "a.cw": `clockwork {\n  required_version = "~> 1.x"\n}\n${directory("d")}`,
    },
    told: ['invalid-value: required_version: "1.x" is no version such as 1.2.3 @~> 1.x'],
  },
  {
    name: "another version of Clockwork",
    given: 'clockwork {\n  required_version = "> 1000.0.0-rc.1"\n}',
    told: [`wrong-version: The stack wants Clockwork > 1000.0.0-rc.1; this is ${version} @"> 1000.0.0-rc.1"`],
  },
];
