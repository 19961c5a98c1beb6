import type { Page } from "./page.ts";

/** Pages of what cannot be read. */
export const syntaxPages = {
  "syntax-error": {
    text: `The text does not follow the grammar of \`.cw\` files, which is HCL's. Each problem is reported where it begins, with what was
expected there; the blocks around it are still read, so fix the first problem of a block and look again.

Where the repair is certain, such as a missing \`=\` or a comma between attributes, the editor offers it.`,
    wrong: `resource "directory" "site" {
  path "site"
}
`,
    right: `resource "directory" "site" {
  path = "site"
}
`,
  },
  "unclosed-string": {
    text: `A quoted string must end on the line it begins on. Close it with \`"\`; for a text of several lines use a heredoc, or write
\`\\n\` where a line ends.`,
    wrong: `resource "directory" "site" {
  path = "site
}
`,
    right: `resource "directory" "site" {
  path = "site"
}
`,
  },
  "unclosed-heredoc": {
    text: `A heredoc ends with its marker alone on a line. Everything up to the end of the file was taken for its text, so the blocks
behind it are not read. Only \`<<-\` allows the marker to be indented as well as the text.`,
    wrong: `resource "file" "motd" {
  path    = "motd"
  content = <<EOT
    Welcome
}
`,
    right: `resource "file" "motd" {
  path    = "motd"
  content = <<-EOT
    Welcome
  EOT
}
`,
  },
  "unclosed-block": {
    text: `Something that was opened is not closed: a block or object (\`{\`), a list (\`[\`), parentheses, or an interpolation (\`\${\`). The
related place is where it was opened.`,
    wrong: `resource "service" "web" {
  command = ["node", "server.mjs"
}
`,
    right: `resource "service" "web" {
  command = ["node", "server.mjs"]
}
`,
  },
  "invalid-escape": {
    text: `In a quoted string a backslash begins an escape: \`\\n\`, \`\\r\`, \`\\t\`, \`\\"\`, \`\\\\\`, \`\\uNNNN\` or \`\\UNNNNNNNN\`. For a backslash itself
write two; in a heredoc a backslash is only a backslash.`,
    wrong: `output "folder" {
  value = "C:\\data"
}
`,
    right: `output "folder" {
  value = "C:\\\\data"
}
`,
  },
} satisfies Readonly<Record<string, Page>>;
