/** Secrets that stand in a file of the stack: by their form, and by the name they are given to. */
import { type Diagnostic, diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Origin, Span } from "../../diagnostics/span.ts";
import type { Expression } from "../../syntax/ast.ts";
import type { SourceFile } from "../../syntax/chunk.ts";
import { secretsIn } from "../schema/secrets.ts";
import { isSecretName } from "../schema/vars.ts";
import { environmentName } from "./secret-fixes.ts";
import { literalText } from "./walk.ts";

/** Tokens and keys whose form says what they are, wherever in a text they stand, comments included. */
export function secretsByForm(origin: Origin, text: string): { what: string; problem: Diagnostic }[] {
  return secretsIn(text).flatMap(({ what, offset, end }) => {
    const span = { origin, start: offset, end: endOf(text, end, what === "a private key") };
    const isReal = !isPlaceholder(text.slice(span.start, span.end));
    return isReal ? [{ what, problem: problem(`This looks like ${what}`, span) }] : [];
  });
}

/** Where a secret ends of which a part was recognised: with its last word, or a key with its last line. */
function endOf(text: string, from: number, isKey: boolean): number {
  const closing = isKey ? text.indexOf("-----END", from) : -1;
  const start = closing < 0 ? from : closing;
  const rest = closing < 0 ? /[\w.+/=~-]*/y : /.*/y;
  rest.lastIndex = start;
  return start + (rest.exec(text)?.[0].length ?? 0);
}

/** A text given to a name that says it is a secret. */
export function secretByName(name: string, value: Expression, origin: Origin): Diagnostic | undefined {
  if (value.type !== "template" || !mayBeSecret.test(name) || !isSecretName(environmentName(name)))
    return undefined;
  const text = literalText(value);
  if (text === undefined || !isSecretText(text) || secretsIn(text).length > 0) return undefined;
  return problem(`"${name}" is a secret in plain text`, { origin, start: value.start, end: value.end });
}

/** Whether something in it may be given to a name that says it is a secret. */
export const namesSecrets = ({ text }: SourceFile): boolean =>
  /(?:key|secret|token|pass|pwd|credential)[\p{ID_Continue}-]*"?\s*[=:{]/iu.test(text);

/** A part of every name that `isSecretName` takes: most names are none at a glance. */
const mayBeSecret = /key|secret|token|pass|pwd|credential/i;

function problem(message: string, span: Span): Diagnostic {
  return diagnostic("plain-secret", message, {
    span,
    hint: 'Whoever can read the file has it. Give it from outside: secret("env:NAME"), or a variable with sensitive = true and CLOCKWORK_VAR_NAME.',
  });
}

/** Not empty, no path or address where the secret is kept, no word for having none. */
function isSecretText(text: string): boolean {
  if (/^(?:\s*|true|false|yes|no|none|null|required|optional|disabled|enabled)$/i.test(text)) return false;
  return !/^(?:\.{0,2}\/|~\/|[a-z][a-z0-9+.-]*:)/i.test(text) && !isPlaceholder(text);
}

/** What documentation writes in place of a secret. */
function isPlaceholder(text: string): boolean {
  return /example|placeholder|redacted|x{6}|\*{3}|\.{3}|\u2026|^<.*>$|^\{\{.*\}\}$/i.test(text);
}
