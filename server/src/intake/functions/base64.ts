/** Base64 and the few character encodings that every JS engine can both read and write. */

export function encodeBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}

/** Undefined for anything but padded standard base64; line breaks are skipped, as in Go. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const bare = text.replace(/[\r\n]/g, "");
  if (bare.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(bare)) return undefined;
  return Uint8Array.from(atob(bare), (c) => c.charCodeAt(0));
}

type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "latin1" | "ascii";

const names: Readonly<Record<string, Encoding>> = {
  "utf-8": "utf-8",
  utf8: "utf-8",
  "utf-16le": "utf-16le",
  "utf-16be": "utf-16be",
  "iso-8859-1": "latin1",
  latin1: "latin1",
  "us-ascii": "ascii",
  ascii: "ascii",
};

/** Undefined when a character is not in the encoding. */
export function encodeText(text: string, name: string): Uint8Array | undefined | "unknown-encoding" {
  const encoding = names[name.toLowerCase()];
  if (!encoding) return "unknown-encoding";
  switch (encoding) {
    case "utf-8":
      return new TextEncoder().encode(text);
    case "utf-16le":
    case "utf-16be":
      return encodeUnits(text, encoding === "utf-16le");
    case "latin1":
    case "ascii": {
      const units = Array.from(text, (c) => c.codePointAt(0) ?? 0);
      return units.some((unit) => unit > (encoding === "ascii" ? 0x7f : 0xff))
        ? undefined
        : Uint8Array.from(units);
    }
  }
}

function encodeUnits(text: string, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
}

/** Undefined when the bytes are not valid in the encoding. */
export function decodeText(bytes: Uint8Array, name: string): string | undefined {
  const encoding = names[name.toLowerCase()];
  if (!encoding) return "unknown-encoding";
  switch (encoding) {
    case "utf-8":
      return decodeUtf8(bytes);
    case "utf-16le":
    case "utf-16be":
      return decodeUnits(bytes, encoding === "utf-16le");
    case "latin1":
    case "ascii":
      if (encoding === "ascii" && bytes.some((b) => b > 0x7f)) return undefined;
      return Array.from(bytes, (b) => String.fromCharCode(b)).join("");
  }
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  if (!text.includes("\ufffd")) return text;
  // A replacement character stands for a broken byte, or was there before.
  const again = new TextEncoder().encode(text);
  return again.length === bytes.length && again.every((b, i) => b === bytes[i]) ? text : undefined;
}

function decodeUnits(bytes: Uint8Array, littleEndian: boolean): string | undefined {
  if (bytes.length % 2 !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  for (let i = 0; i < bytes.length; i += 2) text += String.fromCharCode(view.getUint16(i, littleEndian));
  return text.isWellFormed() ? text : undefined;
}
