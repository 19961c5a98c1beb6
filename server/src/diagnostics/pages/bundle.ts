import type { Page } from "./page.ts";

/**
 * Pages of the bundle check's rules. What breaks them is a compiler's reply or an edited script, no `.cw` text: the page
 * says what it looks like.
 */
export const bundlePages = {
  "B-JSON": {
    text: `A bundle is exactly one JSON document: no text around it, no Markdown fence, no comment, no second document, no field given
twice. A reply that has to be guessed at could be read in two ways, and only one of them would have been checked.

A compiler is asked again with this message; a file given to \`clockwork check\` has to be corrected at the offset that is named.`,
  },
  "B-SIZE": {
    text: `A bundle has limits: one MiB an artifact, and in all a number of artifacts, variables and bytes that grows with the number of actions.
Nobody reviews a script of megabytes. Let a script fetch or compute what is large, or split it by step.`,
  },
  "B-SHAPE": {
    text: `The bundle's fields are closed: \`version\` "1", \`artifacts\` of \`path\`, \`mode\`, \`purpose\`, \`lang\`, \`content\`, \`steps\` of \`purpose\` and
\`run.cmd\`, and \`vars\`. An unknown field is refused rather than ignored, because something else might read it. The published schema is
\`schemas/artifact-bundle.json\`.`,
  },
  "P-ROOT": {
    text: `An artifact's path begins with \`scripts/\` (run, or a helper in a \`lib/\` folder) or with \`files/\` (data). \`../run.sh\`, \`/tmp/run.sh\`
and \`run.sh\` do not. So no bundle can write outside its own folder.`,
  },
  "P-SEG": {
    text: `Each part of a path consists of letters, digits, \`.\`, \`_\` and \`-\`, is neither empty nor \`.\` or \`..\`, and begins and ends as a plain
name does: \`scripts/a//b.sh\`, \`scripts/.hidden.sh\` and \`scripts/a./b.sh\` are refused. Rename the artifact.`,
  },
  "P-CHAR": {
    text: `The path has a character that some file system, shell or terminal treats specially, or that cannot be seen: a backslash, a colon,
a space, a control character, a letter outside of ASCII. Rename the artifact with letters, digits, \`_\` and \`-\`.`,
  },
  "P-LONG": {
    text: `The path is too long or has too many folders. Some systems would cut it, and two paths could become one. Use a shorter name.`,
  },
  "P-RESERVED": {
    text: `The name has a meaning of its own somewhere: \`con\`, \`aux\` and \`nul\` on Windows, \`.git\`, or a name that Clockwork keeps for its own
files, such as \`manifest.json\`. Rename the artifact.`,
  },
  "P-SHADOW": {
    text: `A file called \`json.py\` or \`fs.mjs\` beside a script would be imported in place of the language's own module, so code that nobody
meant to call would run. Rename the artifact.`,
  },
  "P-AUTOLOAD": {
    text: `A runtime reads a file of this name by itself, without being told to: \`sitecustomize.py\`, \`package.json\`, \`deno.json\`, \`go.mod\`. It
would change how other scripts run. Rename the artifact, or put data below \`files/\`.`,
  },
  "P-COLLIDE": {
    text: `Two artifacts would be one file: the paths are equal, equal on a file system that ignores case or accents, or one of them is a
folder in the other's path. What was checked as one would be overwritten by the other. Rename one of them.`,
  },
  "M-MODE": {
    text: `An artifact's mode is one of \`0644\`, \`0755\`, \`0600\`, \`0700\`: never set-user-id, never writable by others. A script that is run by
its path (\`./scripts/run.go\`) must be executable: \`0755\`.`,
  },
  "C-TEXT": {
    text: `The text contains something that a person reviewing it would not see as it is: a control character, an invisible or
bidirectional character, a byte order mark, a line that ends with a carriage return. Write plain text with line feeds.`,
  },
  "C-EMPTY": {
    text: `A script without content does nothing and would succeed. Write it, or remove it and its step. Data below \`files/\` may be empty.`,
  },
  "C-SHEBANG": {
    text: `The first line names another interpreter than the artifact's \`lang\`. The core starts the runtime itself, so the shebang must agree:
\`#!/usr/bin/env bash\` for \`bash\`, or none.`,
  },
  "C-SECRET": {
    text: `A text looks like a credential: a token whose issuer gave it a recognisable form, a private key, a password in a URL. In the open it
would be kept in files, logs and version control. Remove it, revoke it where it was shared, and let the step find it in its
environment by name. The message never repeats it.`,
  },
  "C-REMOTE": {
    text: `The script imports code from a URL or a registry. What runs would then be decided elsewhere and later than the review. Use what
the runtime itself offers, and helpers below \`scripts/lib/\`.`,
  },
  "C-GO": {
    text: `A Go directive such as \`//go:generate\`, \`//go:linkname\`, \`#cgo\` or \`import "C"\` runs or links other things while the script is built.
Write the script without it.`,
  },
  "C-SYNTAX": {
    text: `A script is read by a parser of its language before anything of it is written or run, and this one breaks off. An interpreter would
find out halfway: bash runs every line before the one that it does not understand. The message names the line; correct it there,
or take the compiler's version back with \`clockwork build --regenerate STEP\`. An agent is told of it and asked again.

What only running shows is not judged: the inside of \`$((…))\` and \`\${…}\` in bash, names and types in all languages.`,
  },
  "C-QUOTE": {
    text: `Without quotes around it bash splits a value at blanks and takes \`*\`, \`?\` and \`[\` in it for patterns: \`rm -r $DIR\` removes two other
folders when \`DIR\` is \`my site\`, and \`[ $X = y ]\` fails when \`X\` is empty. Write \`"$DIR"\`. For several words keep an array and write
\`"\${WORDS[@]}"\`; for an option that may be absent write \`\${OPTION:+"$OPTION"}\`.

Nothing is said where splitting is harmless or wanted: in assignments, \`[[ … ]]\`, \`case\`, \`for\`, arrays and \`set --\`, of numbers, and of variables that the
script itself gives plain words alone.`,
  },
  "C-ENV": {
    text: `What is sensitive reaches a script in a file, which is in memory alone and goes with the step: environments can be read by other
programs of the same user, and go to every program that a script starts. The script names the variable where the value would be, and
an unset variable is an empty text to most languages, so it would work with an empty secret. For \`CW_TOKEN\` the path is in
\`CW_TOKEN_FILE\`: \`token=$(cat "$CW_TOKEN_FILE")\`.

A kind of your own whose programs take nothing but variables says \`secrets = "env"\` in its \`capabilities\` block.`,
  },
  "C-NETWORK": {
    text: `The script calls a program, imports a module or calls a function that reaches over the network, and the kind of its step grants none.
In the sandbox there is nothing but an empty loopback device, so it will fail there. Let a step do it that has the network
(\`repository\`, \`image\`, \`verify\`, \`task\`), or, in a kind of your own, say what it needs: \`network = "loopback"\`, \`"remote"\` or \`"any"\` in its
\`capabilities\` block.

It is a warning: a name in a script proves nothing, and the sandbox holds either way.`,
  },
  "C-ENGINE": {
    text: `The script calls docker, podman or another container engine, or names its socket, and the kind of its step does not grant the engine. In
the sandbox the socket is not there, so it will fail. Whoever may use the engine may do everything on the machine; therefore a
kind has to say so: \`engine = true\` in its \`capabilities\` block, or use the resources that have it: \`image\`, \`service\`, \`network\`, \`volume\`.`,
  },
  "S-CMD": {
    text: `A step's command is a list of words: the runtime, its flags, the script's path, arguments. It is no shell line:
\`["bash", "scripts/run.sh", "now"]\`, not \`["bash -c 'now'"]\`. The core builds the real command from the parts.`,
  },
  "S-RUNTIME": {
    text: `Only known runtimes are started: \`bash\`, \`python3\`, \`node\`, \`deno\`, \`go\`. Anything else, a path to a program included, is called from a
script, where it can be read.`,
  },
  "S-FLAG": {
    text: `The flag would let the runtime run other code than the script, read settings, or open what is closed: \`-c\`, \`--eval\`, \`--require\`,
\`--allow-all\`. Put what it does into the script.`,
  },
  "S-SUB": {
    text: `Of a runtime with subcommands only the one that runs a script is allowed: \`deno run\`, \`go run\`.`,
  },
  "S-ARTIFACT": {
    text: `The command runs a script that is not in the bundle, is data below \`files/\`, or belongs to another purpose. What runs must be what
was checked for this step. Correct the path, or the artifact's \`purpose\`.`,
  },
  "S-LANG": {
    text: `The runtime, the artifact's \`lang\` and the end of its name must agree: a \`.py\` file is \`python\` and runs with \`python3\`. Correct the
one that is wrong; data belongs below \`files/\`.`,
  },
  "S-ARG": {
    text: `An argument is too long, has a control or invisible character, or is given where none may be. Pass values in \`vars\`; pass texts in
a file below \`files/\`.`,
  },
  "S-UNUSED": {
    text: `No step runs the artifact, and it is no helper in a \`lib/\` folder of its purpose. Whatever lies there unread might be run later.
Remove it, move it to \`lib/\`, or below \`files/\` if it is data.`,
  },
  "U-UNKNOWN": {
    text: `A \`purpose\` is the id of an action of the plan, such as \`ensure_service.web\`, or a step name that only one action has. This is
neither. Correct it, or remove what serves nothing in the plan.`,
  },
  "U-MISSING": {
    text: `Each action of the plan needs at least one step, and this one has none: an apply would call done what nothing did. Add the step.`,
  },
  "U-ORDER": {
    text: `The steps must come in the order of their actions, because each may rely on those before it. Sort them as the ActionList is.`,
  },
  "U-REPEAT": {
    text: `Two steps of one action say exactly the same. Remove one, or let the script itself repeat what it does.`,
  },
  "V-NAME": {
    text: `A variable's name is a capital letter followed by capitals, digits and underscores. It must not be one that programs obey (\`PATH\`,
\`LD_PRELOAD\`, \`NODE_OPTIONS\`), one of Clockwork's, the name of a run-time value, or that of a secret. Choose a name of your own.`,
  },
  "V-VALUE": {
    text: `A variable's value is a string, number or boolean, without control or invisible characters, and not longer than an argument may be.
Nested values go as JSON text, or as a file below \`files/\`.`,
  },
  "V-MISMATCH": {
    text: `The variable says something else than the action it belongs to: \`URL\` is another URL than that of the \`verify_http\` step. The plan is
what was reviewed; correct the variable.`,
  },
} satisfies Readonly<Record<string, Page>>;
