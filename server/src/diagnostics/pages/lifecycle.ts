import type { Page } from "./page.ts";

/** Pages of settings and of what changes the state rather than the world. */
export const lifecyclePages = {
  "wrong-version": {
    text: `\`required_version\` in the \`clockwork\` block says which versions may work on this stack, and this one is not among them. Use one that
fits; or change the constraint once you know that the stack works with this one.`,
    wrong: `clockwork {
  required_version = ">= 1000.0.0"
}
`,
    right: `clockwork {
  required_version = ">= 0.1.0"
}
`,
  },
  "invalid-move": {
    text: `A \`moved\` block gives what exists a new address, so both addresses must be of one kind and differ. A resource can move into a
module, get or lose an index; it cannot become another kind of thing.`,
    wrong: `resource "directory" "site" {
  path = "site"
}

moved {
  from = file.site
  to   = directory.site
}
`,
    right: `resource "directory" "site" {
  path = "site"
}

moved {
  from = directory.public
  to   = directory.site
}
`,
  },
  "ambiguous-move": {
    text: `Two \`moved\` blocks cannot both be true: they move one thing to two places, or two things to one. Remove the one that is not
meant. A chain of moves, each from where the last one ended, is fine.`,
    wrong: `resource "directory" "site" {
  path = "site"
}

resource "directory" "public" {
  path = "public"
}

moved {
  from = directory.old
  to   = directory.site
}

moved {
  from = directory.old
  to   = directory.public
}
`,
    right: `resource "directory" "site" {
  path = "site"
}

resource "directory" "public" {
  path = "public"
}

moved {
  from = directory.old
  to   = directory.site
}
`,
  },
  "still-declared": {
    text: `A \`moved\` or \`removed\` block says that something is no longer in the files, and it is. Most often the resource's block was copied
rather than renamed. Remove its old block, or the \`moved\` or \`removed\` one.`,
    wrong: `resource "directory" "site" {
  path = "site"
}

removed {
  from = directory.site
}
`,
    right: `removed {
  from = directory.site
}
`,
  },
  "move-blocked": {
    text: `A \`moved\` block leads to an address under which the state has something else already. What should have moved keeps its old
address, which the files no longer have, so the plan removes it. If that is not meant, give it a block of its own and remove the
\`moved\` block.`,
  },
  "excluded-move": {
    text: `A plan with \`--target\` does what concerns its targets and no more, and something that has moved is not among them. Half of a move
would leave the state between two sets of files: add the address that the message names, or plan without \`--target\`.`,
  },
  "prevent-destroy": {
    text: `The plan would remove or replace a resource whose \`lifecycle\` has \`prevent_destroy = true\`. Nothing was planned. If it is really to
go, take the setting out first; if not, look which change makes it a replacement: the plan names the attributes.`,
  },
} satisfies Readonly<Record<string, Page>>;
