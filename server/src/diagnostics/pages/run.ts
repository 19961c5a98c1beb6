import type { Page } from "./page.ts";

/** Pages of what goes wrong around the files: state, plans, build folder, steps, the command line. */
export const runPages = {
  "unknown-target": {
    text: `\`--target\` and \`--adopt\` take addresses as \`clockwork state list\` and the plan print them: \`service.web\`, \`service.web["eu"]\`,
\`verify.http.up\`. This one is neither in the files nor in the state. In a shell put an address with quotes into single quotes.`,
  },
  "state-unreadable": {
    text: `\`.clockwork/state.json\` says what Clockwork believes to exist. It is damaged (its checksum is wrong, it is no JSON), or a newer
Clockwork wrote it, and the backup beside it cannot be used either. Clockwork never goes on with an empty state: it would create
everything again. Use the version that wrote it, or bring the file back from a backup of your own.`,
  },
  "state-refused": {
    text: `\`clockwork state push FILE\` puts a state in the place of the present one. It is refused when its lineage is another stack's,
because everything this one has made would be known no longer, and when its serial is lower, because what was done since would be
forgotten. Pull the present state and compare: \`clockwork state pull | diff - FILE\`. With \`--force\` it is taken all the same.`,
  },
  "state-locked": {
    text: `Two runs at a time would overwrite what the other one remembers. So whoever changes a stack holds its lock, \`.clockwork/lock\`,
which says who: a command line, an editor or a daemon. Wait for it, with \`--lock-timeout 5m\` if you like, or end it.

A process that has ended, however it did, loses its lock at the next command. One that lives keeps it, also when it is
stopped or the machine slept. Only where nobody can look, on another machine or in a container that is gone, the lock has to be
removed by hand: \`clockwork unlock ID\`, with the id that the message names.`,
  },
  "not-locked": {
    text: `\`clockwork unlock ID\` removes the lock with that id and no other, so that nobody's lock goes by mistake. The one that you saw
has gone meanwhile, or somebody else holds the stack now: run your command again and look.`,
  },
  "state-recovered": {
    text: `The state file was damaged and the backup of the write before was taken in its place. What the very last step did may be missing:
\`clockwork refresh\` compares the state with what exists.`,
  },
  "run-recovered": {
    text: `An earlier run ended without its last word: it was killed, or the machine went down. What it had finished is recorded now, what
it had started still was ended. A step that was running is marked \`unknown\` in \`clockwork state list\`: it may have been done or
not, so the next apply looks at the thing first and then runs the step again, which changes nothing where it had been done.`,
  },
  "stale-plan": {
    text: `A saved plan is executed exactly as it was reviewed or not at all. Since it was made the files, the values of variables, the state
or an artifact has changed, so it would come out differently now. Plan again and look at the difference.`,
  },
  "facts-unreadable": {
    text: `\`--facts FILE\` replaces what Clockwork would find out about the machine, and this file is no such document.
\`clockwork show facts --json\` prints one to start from; its schema is \`schemas/facts.json\`.`,
  },
  "plan-unreadable": {
    text: `The file is no plan that \`clockwork plan --out FILE\` wrote, or it was written by another version or changed since. Plans are not
edited: make a new one.`,
  },
  "file-access": {
    text: `The operating system refused: the file is not there, is a folder, or may not be read or written by you; or the disk is full. The
message names the path and the reason. Nothing was half written: files are replaced whole.`,
  },
  "build-conflict": {
    text: `You edited an artifact, and its compiler has a new version that changes the same lines. Your file is never overwritten, not even
with \`--force\`. The new version is a proposal: \`clockwork proposals show ID\` shows it, \`approve\` takes it (your other changes stay),
\`reject\` keeps yours; in the editor the view Proposals does so hunk by hunk. \`clockwork build --keep-mine\` and \`--take-theirs\` decide for
all conflicts of a build; a text of yours that gives way becomes a proposal itself.`,
  },
  "proposal-outdated": {
    text: `A proposal is approved for the version of the file that you looked at. The file has changed since, a later build replaced the
proposal, or its step is gone. Nothing was written. Look at it again with \`clockwork proposals show ID\`; \`clockwork build\` makes a
proposal that fits the file as it is now.`,
  },
  "proposal-unreadable": {
    text: `Something in \`.clockwork/proposals/ID/\` is missing or was changed: \`proposal.json\` has the form that \`schemas/proposal.json\`
describes, and the files that it names lie beside it. Remove the folder and build again: what the compiler proposes comes back.`,
  },
  "build-unsafe": {
    text: `Something below \`.clockwork/\` is not what Clockwork puts there: a symbolic link, a device, a file where a folder belongs, or a file
that others can write. Writing or running through it could reach anywhere. Remove it, or put a plain one in its place.`,
  },
  "build-unreadable": {
    text: `\`.clockwork/build/manifest.json\` says how the artifacts are run, and it cannot be read. Bring it back from version control; or remove
\`.clockwork/build\` and build again, if you have edited no artifact.`,
  },
  "no-template": {
    text: `The built-in compiler writes the scripts of the built-in kinds from templates, and has none for this step. Give the kind a \`script\`,
or use another compiler.`,
  },
  "runtime-missing": {
    text: `A step's script needs a program, such as \`node\` or \`bash\`, that is not installed or too old. Nothing was started. Install it, or edit
the artifact to use another runtime. \`clockwork show facts\` lists what was found.`,
  },
  "engine-missing": {
    text: `Images, networks, volumes and services with \`image\` need a container engine, and neither docker nor podman answers. Install or start
one, and see that you may use it; a service with \`command\` needs none.`,
  },
  "not-adopted": {
    text: `A folder can bring a \`.clockwork/\` along, from a repository, an archive or another machine. A state may remember scripts that
run when Clockwork looks at a resource, and a script in \`build/\` may do anything while the plan says something else, so neither is used
before you have said yes, once. You are not asked about a state that you began on this machine, nor about scripts that are what the
built-in compiler writes for this plan, that have run in another of your folders, or that come to a folder where you have run
Clockwork before. Where you have no home folder nothing can be remembered, and nothing is asked.

See where the folder comes from. \`clockwork plan\` (without \`--refresh\`) and \`clockwork show\` run nothing of it; \`git log .clockwork/\` says who wrote it.
Then run the command in a terminal, where it asks, or say it ahead: \`clockwork adopt\` in that folder. In CI, where a state comes from a
cache or an artifact each time, \`clockwork adopt --yes\` is the step before.`,
  },
  "not-ours": {
    text: `A file, folder, container or image of this name exists and no stack of this lineage made it, so it is neither changed nor removed:
it may be somebody's work. Choose another name, remove it yourself, or take it over with \`--adopt ADDRESS\`.`,
  },
  "step-failed": {
    text: `A step's script ended with an error. What it printed last stands under the message, all of it in the log that is named. Steps that
depend on it were not started, others went on; the next apply begins with what is missing. The resource counts as tainted until
a step of it succeeds.`,
  },
  "step-timeout": {
    text: `The step ran longer than it may, and was ended with everything it had started. Set \`timeout\` in the block, or
\`--timeout-per-step\`, if it needs the time; else look into its log for what it waited for.`,
  },
  "step-output": {
    text: `A step owes exactly the values that the plan lists for it, as \`NAME=VALUE\` lines in the file that \`CLOCKWORK_OUTPUT\` names. One is
missing, one too many, given twice, or has several lines. Correct the script.`,
  },
  "service-failed": {
    text: `The service's program ended right after its start, could not be started, or did not answer its health check in time. Its log has
what it said. A program that goes to the background by itself must be told to stay in the foreground.`,
  },
  "verify-failed": {
    text: `A check did not find what it expects within its time. The message says what was seen. The check is run again with the next apply, and
by \`clockwork verify\` at any time.`,
  },
  usage: {
    text: `The command does not take this flag, argument or value. \`clockwork help COMMAND\` prints those it takes, with examples.`,
  },
} satisfies Readonly<Record<string, Page>>;
