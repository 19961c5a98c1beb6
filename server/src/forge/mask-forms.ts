/**
 * How programs write a secret down: as it is, its single lines, and the encodings of logs, addresses, scripts and dumps.
 * The masker looks for exactly these, so what is not here is not found.
 */

/** Shorter texts occur in what is innocent. Source: GitHub's and GitLab's runners, which mask from about here on. */
export const shortestMasked = 6;

/** Every form of a secret that is long enough to be looked for, as bytes in a binary string, without repetition. */
export function secretForms(secret: string): ReadonlySet<string> {
  const values = [secret, ...secret.split(/\r?\n/)].filter((value) => value.length >= shortestMasked);
  const forms = values.flatMap((value) => [
    value,
    ...urlForms(value),
    ...jsonForms(value),
    ...markupForms(value),
    ...shellForms(value),
    ...hexForms(Buffer.from(value)),
    ...base64Forms(Buffer.from(value)),
  ]);
  return new Set(forms.map(toBinary).filter((form) => form.length >= shortestMasked));
}

/** JavaScript's, RFC 3986's, those that keep slashes, those of forms; with capital and small digits. */
function urlForms(value: string): string[] {
  const component = encodeURIComponent(value.toWellFormed());
  const strict = component.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return [component, strict].flatMap((url) =>
    [url, url.replaceAll("%2F", "/")].flatMap((form) =>
      [form, form.replaceAll("%20", "+")].flatMap((text) => [
        text,
        text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
      ]),
    ),
  );
}

/** As most write it; with slashes escaped (PHP), all but ASCII (Python), or what HTML reads (Go); and a document in a document. */
function jsonForms(value: string): string[] {
  const plain = JSON.stringify(value).slice(1, -1);
  const escaped = (text: string, chars: RegExp): string =>
    text.replace(chars, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const ascii = escaped(plain, /[^\0-\x7f]/g);
  return [
    plain,
    plain.replaceAll("/", "\\/"),
    ascii,
    ascii.replaceAll("/", "\\/"),
    escaped(plain, /[<>&\u2028\u2029]/g),
    JSON.stringify(plain).slice(1, -1),
  ];
}

/** HTML and XML, by the three ways of writing an apostrophe. */
function markupForms(value: string): string[] {
  const text = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const quoted = text.replaceAll('"', "&quot;");
  return [text, quoted, ...["&#39;", "&#x27;", "&apos;"].map((code) => quoted.replaceAll("'", code))];
}

/** In single quotes (two ways of writing one), in double quotes, with backslashes (`printf %q`), and as `$'…'`. */
function shellForms(value: string): string[] {
  return [
    value.replaceAll("'", "'\\''"),
    value.replaceAll("'", `'"'"'`),
    value.replace(/[\\"$`]/g, "\\$&"),
    value.replace(/[^\w@%+=:,./\n\x80-\uffff-]/g, "\\$&"),
    value.replace(/[\\']/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t"),
  ];
}

/** Plain, in the lines of `xxd -p`, and with what dumps put between or before the bytes. */
function hexForms(bytes: Buffer): string[] {
  const plain = bytes.toString("hex");
  const pairs = plain.match(/../g) ?? [];
  const small = [plain, ...lines(plain, 60), pairs.join(" "), pairs.join(":"), `\\x${pairs.join("\\x")}`];
  return [...small, plain.toUpperCase(), ...[" ", ":"].map((between) => pairs.join(between).toUpperCase())];
}

/**
 * Base64 takes three bytes at a time, so the same bytes look different at each of three places in a longer text. A text that
 * begins with the secret may come in lines of 76 (MIME, `base64`) or 64 characters (PEM).
 */
function base64Forms(bytes: Buffer): string[] {
  const anywhere = [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    // Characters that hold bits of the neighbours are left out.
    const [from, to] = [Math.ceil((before * 8) / 6), Math.floor((whole.length * 8) / 6)];
    return (["base64", "base64url"] as const).map((encoding) => whole.toString(encoding).slice(from, to));
  });
  const start = anywhere[0] ?? "";
  return [...anywhere, ...lines(start, 76), ...lines(start, 64)];
}

/** The pieces of a text that is broken after so many characters; none where it fits. */
function lines(text: string, width: number): string[] {
  if (text.length <= width) return [];
  return Array.from({ length: Math.ceil(text.length / width) }, (_, i) =>
    text.slice(i * width, (i + 1) * width),
  );
}

function toBinary(text: string): string {
  return Buffer.from(text).toString("latin1");
}
