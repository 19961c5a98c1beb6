import type { Severity } from "./diagnostic.ts";

export interface CodeEntry {
  readonly severity: Severity;
  /** What the code means, in a line: the title of its page. */
  readonly meaning: string;
  /** What is marked can go without loss: editors show it faded. */
  readonly unnecessary?: true;
  /** What is marked is not for every eye: a terminal shows it blotted out. */
  readonly hidden?: true;
}

const error = (meaning: string): CodeEntry => ({ severity: "error", meaning });
const warning = (meaning: string): CodeEntry => ({ severity: "warning", meaning });
const unused = (meaning: string): CodeEntry => ({ severity: "hint", meaning, unnecessary: true });

/**
 * Every problem Clockwork can report. A slug never changes its meaning. Each has a page in pages/ with what to do about it and
 * an example that tests run; `node scripts/docs.mjs` writes docs/diagnostics/ from both. `P-`, `M-`, `C-`, `S-`, `U-`, `V-` and `B-` are
 * the rules of the bundle check.
 */
export const codes = {
  // syntax
  "syntax-error": error("The text is not valid .cw syntax."),
  "unclosed-string": error("A quoted string does not end on its line."),
  "unclosed-heredoc": error("A heredoc's end marker is missing."),
  "unclosed-block": error("A block, list, object or parenthesis is not closed."),
  "invalid-escape": error("A backslash escape that strings do not have."),
  // stack
  "no-files": error("The folder has no .cw file."),
  "unknown-block": error("A block type that Clockwork does not have."),
  "unknown-kind": error("A resource or verify kind that does not exist."),
  "unknown-attribute": error("An attribute that the block does not have."),
  "unexpected-block": error("A nested block where the surrounding block has none of that name."),
  "invalid-module": error("A module block whose source is no folder that the stack can use."),
  "missing-attribute": error("A required attribute is not set."),
  "wrong-labels": error("A block with too many or too few labels, or labels that are not names."),
  "duplicate-name": error("Two things of one stack have the same name."),
  "duplicate-attribute": error("An attribute is set twice in one block."),
  "reserved-name": error("A name with a meaning of its own cannot be given to something else."),
  "not-supported": error("Part of the language that this version of Clockwork cannot evaluate yet."),
  "invalid-value": error("A value that an attribute cannot take."),
  "wrong-type": error("A value of another type than the one expected."),
  "conflicting-attributes": error("Attributes that exclude each other, or none where one of them is needed."),
  // references and values
  "unknown-variable": error("A reference to a variable that is not declared."),
  "unknown-local": error("A reference to a local value that is not defined."),
  "unknown-resource": error("A reference to a resource that is not in the stack."),
  "unknown-module": error("A reference to a module that is not in the stack."),
  "unknown-output": error("A reference to an attribute or output that a resource does not have."),
  "unknown-reference": error("A name that nothing in the stack has."),
  "unknown-function": error("A call of a function that does not exist."),
  "impure-function": error("A function whose result changes from run to run."),
  "wrong-arguments": error("A function call with arguments it does not take."),
  "invalid-expression": error(
    "An expression that cannot be evaluated: a bad operand, index, key or division by zero.",
  ),
  "invalid-type": error("A type expression that names no type."),
  "missing-variable": error("A variable without default was given no value."),
  "undeclared-variable": error("A value was given for a variable that is not declared."),
  "invalid-variable": error("A value given for a variable cannot be read or converted to its type."),
  "invalid-condition": error("A condition, or its error message, that can check or say nothing."),
  "validation-failed": error("A value that does not meet a condition that the stack sets for it."),
  "sensitive-value": error("A sensitive value where it would be shown."),
  "invalid-count": error("A count that is no number of instances."),
  "invalid-for-each": error("A for_each that is no map and no set of strings."),
  "not-known-yet": error("A value is needed while planning but is known only when a step has run."),
  cycle: error("Things that depend on each other in a circle."),
  "name-collision": error("Two run-time values would be carried under one environment name."),
  "claimed-twice": error("Two resources want what only one can have: a port, a path, a name."),
  "wrong-version": error("The stack wants another version of Clockwork."),
  "invalid-move": error("A moved block that says nothing that could be done."),
  "ambiguous-move": error("Two moved blocks that cannot both be true."),
  "still-declared": error("A moved or removed block speaks of something that the files still have."),
  "unused-variable": unused("A variable that no expression refers to."),
  "unused-local": unused("A local value that no expression refers to."),
  "plain-secret": { ...warning("A secret stands in a file in plain text."), hidden: true },
  "deprecated-form": warning("A form kept for compatibility; the fix writes the present one."),
  // assembly, state
  "unknown-target": error("A --target or --adopt address that is neither in the stack nor in the state."),
  "excluded-move": error("A plan with --target that leaves out something that has moved."),
  "move-blocked": warning("What should move finds its new address taken."),
  "prevent-destroy": error("A plan would remove what prevent_destroy protects."),
  "state-refused": error("A state to be pushed is another stack's, or older than the present one."),
  "state-locked": error("Another Clockwork is working on the stack."),
  "not-locked": error("There is no lock with that id to remove."),
  "state-unreadable": error("The state file is damaged or was written by a newer Clockwork."),
  "state-recovered": warning("The state was restored from its backup."),
  "run-recovered": warning("A run was cut off, and what it left has been brought into order."),
  "stale-plan": error("Something the plan was made from has changed since."),
  "facts-unreadable": error("The --facts file cannot be read."),
  "plan-unreadable": error("The plan file cannot be read."),
  "file-access": error("A file or folder that a command needs cannot be read or written."),
  // forge: the bundle check
  "B-JSON": error("The reply is not one strict JSON document."),
  "B-SIZE": error("The bundle is larger than a bundle may be."),
  "B-SHAPE": error("The bundle has a field, type or version that the contract does not have."),
  "P-ROOT": error("An artifact's path lies outside scripts/ and files/."),
  "P-SEG": error("A segment of an artifact's path is not of the allowed form."),
  "P-CHAR": error("An artifact's path contains a character that paths may not have."),
  "P-LONG": error("An artifact's path is too long or too deep."),
  "P-RESERVED": error("An artifact's path uses a name that some system or Clockwork reserves."),
  "P-SHADOW": error("An artifact's name would shadow a standard module of its language."),
  "P-AUTOLOAD": error("An artifact's name is one that a runtime reads by itself."),
  "P-COLLIDE": error(
    "Two artifacts have the same path on some file system, or one is a folder of the other.",
  ),
  "M-MODE": error("An artifact's mode is not one of 0644, 0755, 0600, 0700."),
  "C-TEXT": error("An artifact's content has bytes or characters that reviewable text does not have."),
  "C-EMPTY": error("A script without content."),
  "C-SHEBANG": error("A shebang that does not fit the artifact's language."),
  "C-SECRET": error("A secret stands in the open."),
  "C-REMOTE": error("A script that imports code from elsewhere."),
  "C-GO": error("A Go directive that runs or links other things at build time."),
  "C-SYNTAX": error("A script that its language's parser does not take."),
  "C-QUOTE": warning("A value in a bash script that is split into words because no quotes are around it."),
  "C-ENV": error("A script that looks for a secret in its environment, where it is not."),
  "C-NETWORK": warning("A script that uses the network, which its step does not have."),
  "C-ENGINE": warning("A script that uses the container engine, which its step does not have."),
  "S-CMD": error("A run command that is not runtime, flags, artifact, arguments."),
  "S-RUNTIME": error("A program that is not an allowed runtime."),
  "S-FLAG": error("A flag that the runtime may not be given."),
  "S-SUB": error("A subcommand that the runtime may not be given."),
  "S-ARTIFACT": error("A run command whose script is not an artifact of the same purpose."),
  "S-LANG": error("Runtime, language and file name do not agree."),
  "S-ARG": error("An argument that a step may not have."),
  "S-UNUSED": error("An artifact that no step runs and no script of its purpose can use."),
  "U-UNKNOWN": error("A purpose that names no action."),
  "U-MISSING": error("An action without a step."),
  "U-ORDER": error("Steps that are not in the order of their actions."),
  "U-REPEAT": error("A step that says the same as another of its action."),
  "V-NAME": error("A variable's name is not allowed."),
  "V-VALUE": error("A variable's value is not allowed."),
  "V-MISMATCH": error("A variable contradicts the action it belongs to."),
  // forge: agents
  "agent-unavailable": error("The agent cannot be asked: the network, the service, or the key."),
  "agent-reply": error("The agent's answer cannot be used."),
  "agent-limit": error("A build would go over a limit of what agents may cost."),
  "agent-secret": error("A secret would have been sent to an agent."),
  "agent-unsandboxed": error("Scripts that an agent wrote would run without a sandbox."),
  // forge: build and run
  "build-conflict": error("An artifact was changed both by a person and by the compiler."),
  "proposal-outdated": error("A proposal does not apply to what stands in build/ now."),
  "proposal-unreadable": error("A proposal's file cannot be read."),
  "build-unsafe": error("Something in .clockwork/ is not a plain file or folder of ours."),
  "build-unreadable": error("The build folder's manifest cannot be read."),
  "no-template": error("The built-in compiler has no template for a step."),
  "runtime-missing": error("A program that a step needs is not installed."),
  "engine-missing": error("Neither docker nor podman was found."),
  "not-adopted": error("Something in .clockwork/ came from elsewhere and nobody has adopted it."),
  "not-ours": error("A thing that a step would change or remove was not made by this stack."),
  "secret-short": warning("A secret too short to be masked in logs."),
  "secret-unavailable": error("What a secret(…) refers to cannot be read."),
  "step-failed": error("A step ended with an error."),
  "step-timeout": error("A step ran past its timeout."),
  "step-output": error("A step did not write the outputs it owes, or wrote others."),
  "service-failed": error("A service ended or did not become healthy."),
  "verify-failed": error("A check failed."),
  // command line
  usage: error("A flag or argument that the command does not take."),
} as const satisfies Record<string, CodeEntry>;

export type Code = keyof typeof codes;
