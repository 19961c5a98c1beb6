/**
 * Gzip without compression, in pure code: the same bytes on every machine and in the browser. Terraform's bytes come from
 * Go's compressor and differ; both decompress to the same text.
 */

/** RFC 1952: deflate, no flags, no time, no extra flags, unknown system. As Go writes it. */
const header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/** Of a stored block. Source: RFC 1951, 3.2.4. */
const longestBlock = 0xffff;

export function gzip(bytes: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(bytes.length / longestBlock));
  const result = new Uint8Array(header.length + blocks * 5 + bytes.length + 8);
  const view = new DataView(result.buffer);
  result.set(header);
  let at = header.length;
  for (let i = 0; i < blocks; i++) {
    const block = bytes.subarray(i * longestBlock, (i + 1) * longestBlock);
    result[at] = i === blocks - 1 ? 1 : 0;
    view.setUint16(at + 1, block.length, true);
    view.setUint16(at + 3, ~block.length & 0xffff, true);
    result.set(block, at + 5);
    at += 5 + block.length;
  }
  view.setUint32(at, crc32(bytes), true);
  view.setUint32(at + 4, bytes.length, true);
  return result;
}

const table = Uint32Array.from({ length: 256 }, (_, i) => {
  let value = i;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
}
