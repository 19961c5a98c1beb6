import type { Page } from "./page.ts";

/** Pages of what goes wrong when an agent writes the scripts. */
export const agentPages = {
  "agent-unavailable": {
    text: `The agent that \`--compiler\`, the \`agent\` block or \`ANTHROPIC_API_KEY\` choose could not be asked: the network or the service is down, the
key is missing or not taken, there were too many calls, or the model does not exist. What the service said stands in the message. Nothing
was written, so the same command can be run again. \`--compiler builtin\` needs neither key nor network.`,
  },
  "agent-reply": {
    text: `The agent answered, and the answer is none that can be used: it was cut off, never ended, was refused, was no single JSON
document, or broke rules of the bundle check that two repairs did not mend; those are listed with it. Nothing was written and
\`.clockwork/build\` is as it was. Fewer steps at once (\`--target\`) make answers shorter; another model or a clearer \`guide\` make
them better.`,
  },
  "agent-limit": {
    text: `Calls to agents cost money, so each is counted before it is made, and one that could go over a limit is not made. There are
limits for one build and for one day (UTC), in tokens and in US dollars, in your own settings (\`docs/agent.md\`), and a stack can set
stricter ones for one command in \`clockwork { agent { limits { } } }\`. A call that a crash broke off counts with the most it could
have cost.`,
  },
  "agent-secret": {
    text: `Before a request leaves the machine it is searched for secrets: the values of sensitive variables and attributes, those of your
environment's variables whose names say that they are secret, and texts that have the form of a key or token. One was found, so
nothing was sent. The message says where it stands. Put the value into a variable with \`sensitive = true\` or behind \`secret(…)\`: then
only its name is passed on. What stands in an earlier artifact is taken out there.`,
  },
  "agent-unsandboxed": {
    text: `Scripts that an agent wrote, and scripts that began as such whoever edited them since, pass the check, but a check cannot know all
that a script does. A sandbox holds them to what \`plan\` says that their steps may use. This machine has none, or the step may use what
no sandbox holds: the container engine, or writing anything. So a person is asked each time, also with \`--yes\`. Where nobody can answer
the command ends here, unless the user allows it: with \`--allow-unsandboxed\`, or with CLOCKWORK_SANDBOX=none in their own environment.
As root it takes \`--allow-root\` as well. No file of the stack or setting of the workspace can allow it.

The command's line that begins with \`Sandbox:\` says which one there is, and what would make it work: mostly \`apt-get install bubblewrap\`.`,
  },
} satisfies Readonly<Record<string, Page>>;
