/** A string in double quotes as Go's strconv.Quote writes it, which is how Terraform's console shows strings. */
export function quoteText(text: string): string {
  if (plain.test(text)) return `"${text}"`;
  let result = '"';
  for (const c of text) result += escapeOne(c);
  return `${result}"`;
}

const plain = /^[ !#-[\]-~]*$/;
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

function escapeOne(c: string): string {
  const known = short[c];
  if (known !== undefined) return known;
  if (printable.test(c)) return c;
  const code = c.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x80) return `\\x${hex.padStart(2, "0")}`;
  return code > 0xffff ? `\\U${hex.padStart(8, "0")}` : `\\u${hex.padStart(4, "0")}`;
}
