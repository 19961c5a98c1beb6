import { isSecretName } from "../../intake/schema/vars.ts";

/** `"password": "…"`, `apiKey = '…'`, and as shells have it `DB_PASSWORD=…`. */
const assignment =
  /(?<![\w$.-])(?:([A-Za-z]\w{0,60})["']?\s{0,3}[=:]\s{0,3}(["'])([^\s"'`$<>(){}\\]{8,200})\2|([A-Z][A-Z0-9_]{0,60})=([^\s"'`$<>(){}[\]\\/,;&|]{8,200})(?=[\s;&|]|$))/gm;
const curlUser = /\bcurl(?=\s)[^\n]{0,400}?\s(?:-u|--user)[\s=]{0,3}["']?[^\s:"'`$]{1,64}:[^\s"'`$]{6,200}/;

/**
 * Where a script gives a password of its own: a word of letters and digits under a name that says what it is, or curl's user.
 * No form of it is certain as those of tokens are, so that it is asked of scripts alone.
 */
export function passwordIn(text: string): { readonly offset: number; readonly end: number } | undefined {
  for (const match of text.matchAll(assignment)) {
    const name = match[1] ?? match[4] ?? "";
    const value = match[3] ?? match[5] ?? "";
    if (/\d/.test(value) && /[A-Za-z]/.test(value) && !value.includes("/") && saysSecret(snake(name)))
      return { offset: match.index, end: match.index + match[0].length };
  }
  const user = curlUser.exec(text);
  return user ? { offset: user.index, end: user.index + user[0].length } : undefined;
}

/** Programs write it together with their own names: PGPASSWORD. */
function saysSecret(name: string): boolean {
  return isSecretName(name) || name.endsWith("PASSWORD");
}

/** `apiKey` as `API_KEY`. */
function snake(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();
}
