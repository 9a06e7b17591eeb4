const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
  return c
})

/** CRC-32 (ISO 3309, as in gzip and PNG) of several pieces one after another, as 8 hexadecimal digits. */
export function crc32(pieces: Iterable<Uint8Array>): string {
  let c = 0xffffffff
  for (const bytes of pieces) {
    for (let i = 0; i < bytes.length; i++) c = (c >>> 8) ^ (TABLE[(c ^ (bytes[i] ?? 0)) & 0xff] ?? 0)
  }
  return ((c ^ 0xffffffff) >>> 0).toString(16).padStart(8, '0')
}
