/**
 * What texts of a kind cannot be: each format says why a text would fail, or do something else than meant, once a step uses
 * it. In doubt a text is fine. Sources: the OCI distribution reference grammar, git check-ref-format, RFC 9110, docker run.
 */
import { longestMs, parseDuration } from "./duration.ts";
import type { AttributeSchema } from "./schema/schema.ts";

export interface Problem {
  readonly message: string;
  readonly hint?: string | undefined;
}

type Format = NonNullable<AttributeSchema["format"]>;

/** Messages are for reading: a long text shows how it begins. */
export const shown = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
export const quoted = (text: string): string => `"${shown(text)}"`;

const unless =
  (form: RegExp, isNo: string, hint?: string) =>
  (text: string): Problem | undefined =>
    form.test(text) ? undefined : { message: `${quoted(text)} is ${isNo}`, hint };

export const formats: Readonly<Record<Format, (text: string) => Problem | undefined>> = {
  "http-url": httpUrl,
  "git-url": gitUrl,
  "git-ref": unless(
    /^(?![-/])(?!.*(?:\.\.|@\{|\/\/|[\s~^:?*[\\\p{Cc}]))(?!.*(?:[/.]|\.lock)$).+$/u,
    "not the name of a branch, tag or commit",
    "Such as main, v1.2.0 or a commit's hash.",
  ),
  "absolute-or-relative-path": (text) => (text.trim() === "" ? { message: "the path is empty" } : undefined),
  "absolute-path": unless(/^\/[^\0]/, "not an absolute path inside the container", 'Such as "/data".'),
  "url-path": unless(/^\/\S*$/, "not the path of a URL", 'It begins with "/", such as "/health".'),
  mode: unless(/^0?[0-7]{3}$/, "not a file mode", 'Octal digits, such as "0644".'),
  image: imageReference,
  tag: (text) =>
    text.includes("@")
      ? {
          message: `${quoted(text)} has a digest, which only a finished image has`,
          hint: "Give a name and a tag.",
        }
      : imageReference(text),
  platform: unless(
    /^[a-z0-9]+(?:\/[a-z0-9_]+(?:\/[a-z0-9_.]+)?)?$/i,
    "not a platform",
    'Such as "linux/amd64" or "linux/arm64/v8".',
  ),
  name: unless(
    /^[A-Za-z0-9][A-Za-z0-9_.-]*$/,
    "not a name",
    "A name begins with a letter or digit and has letters, digits, underscores, dots and hyphens.",
  ),
  ip: unless(
    /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$|^[0-9a-f:]*:[0-9a-f:.]*$/i,
    "not an IP address",
    'Such as "127.0.0.1".',
  ),
  size: unless(/^\d+(?:\.\d+)? ?(?:[kmgtp]?i?b?)$/i, "not an amount of memory", 'Such as "512m" or "2g".'),
  duration,
  hostname,
  sha256: unless(/^[0-9a-f]{64}$/, "not a sha256", "64 lower-case hexadecimal digits."),
};

/** What the keys of a map cannot be. */
export const keyFormats: Readonly<
  Record<NonNullable<AttributeSchema["keys"]>, (key: string) => Problem | undefined>
> = {
  variable: unless(/^[^=\s\0]+$/, "not the name of an environment variable"),
  header: unless(/^[\w!#$%&'*+.^`|~-]+$/, "not the name of a header"),
};

const urlHint = "Such as http://localhost:8080/health";

function httpUrl(text: string): Problem | undefined {
  if (/\s/.test(text))
    return { message: `${quoted(text)} has a space in it`, hint: "A space in a URL is %20." };
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "http" && scheme !== "https")
    return { message: `${quoted(text)} is not an http or https URL`, hint: urlHint };
  if (scheme === undefined || !URL.canParse(text))
    return { message: `${quoted(text)} is not a URL`, hint: urlHint };
  return new URL(text).port === "0" ? { message: `${quoted(text)} has the port 0` } : undefined;
}

/** A URL, `host:path` as ssh has it, or a path. */
function gitUrl(text: string): Problem | undefined {
  const hint = "Such as https://example.com/team/app.git, git@example.com:team/app.git or ../app";
  if (text.trim() === "") return { message: "it is empty", hint };
  if (text.startsWith("-")) return { message: `${quoted(text)} would be an option of git`, hint };
  if (/^(?:https?|ssh|git|file|ftps?):(?!\/\/)/i.test(text))
    return { message: `${quoted(text)} is not a URL: "//" is missing`, hint };
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  if (isUrl && (/\s/.test(text) || !URL.canParse(text)))
    return { message: `${quoted(text)} is not a URL`, hint };
  return undefined;
}

const component = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const host =
  "(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\\[[0-9a-fA-F:]+\\])";
const reference = new RegExp(
  `^(?:${host}(?::\\d+)?/)?${component}(?:/${component})*(?::\\w[\\w.-]{0,127})?(?:@[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,})?$`,
);

function imageReference(text: string): Problem | undefined {
  const general = "Lower-case name and tag, such as myapp:1.0 or registry.example/team/app:1.0";
  const message = `${quoted(text)} is not an image reference`;
  const name = text.replace(/@.*$/, "").replace(/:[^:/]*$/, "");
  if (reference.test(text))
    return name.length > 255 ? { message, hint: "A name has at most 255 characters." } : undefined;
  return { message, hint: imageHint(text, name) ?? general };
}

/** What is wrong with it, where that can be told. */
function imageHint(text: string, name: string): string | undefined {
  if (/\s/.test(text)) return "There is a space in it.";
  if (/^[a-z]+:\/\//i.test(text)) return "It begins with the registry's name, without a scheme.";
  if (/[A-Z]/.test(name)) return `Names have no capitals: ${shown(text.replace(name, name.toLowerCase()))}`;
  if (/@/.test(text)) return "A digest is sha256: and 64 hexadecimal digits.";
  const tag = /:([^:/]*)$/.exec(text)?.[1];
  if (tag === "") return 'The tag behind ":" is missing.';
  if (tag && tag.length > 128) return "A tag has at most 128 characters.";
  return /:[^/]*:/.test(text) ? "It has two tags." : undefined;
}

function duration(text: string): Problem | undefined {
  const ms = parseDuration(text);
  if (ms === undefined)
    return { message: `${quoted(text)} is not a duration`, hint: 'Such as "30s", "5m" or "1h30m".' };
  if (ms > longestMs) return { message: `${quoted(text)} is longer than 24 days` };
  return ms === 0 ? { message: `${quoted(text)} is no time at all` } : undefined;
}

function hostname(text: string): Problem | undefined {
  const message = `${quoted(text)} is not a host name or address`;
  if (text.includes("://")) return { message, hint: "It is the host alone, without a scheme." };
  if (/^[^:]+:\d+$/.test(text)) return { message, hint: "The port is an attribute of its own." };
  return /^[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*)$|^\[?[0-9a-f:]*:[0-9a-f:.%\w]*\]?$/iu.test(text)
    ? undefined
    : { message };
}
