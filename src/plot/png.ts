/**
 * The smallest possible PNG writer, for the small images inside figures: no compression, so that it needs
 * neither Node nor an asynchronous stream (PNG, ISO/IEC 15948; zlib, RFC 1950; stored blocks, RFC 1951).
 *
 * @param pixels rows from the top, `channels` bytes a pixel: 1 for grey, 3 for red, green, blue
 */
export function encodePng(
  pixels: Uint8Array,
  { width, height, channels }: { readonly width: number; readonly height: number; readonly channels: 1 | 3 },
): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header.set([8, channels === 1 ? 0 : 2], 8) // 8 bits; grey or RGB; then deflate, standard filters, not interlaced

  const rowSize = width * channels
  const rows = new Uint8Array(height * (1 + rowSize)) // each row begins with its filter: 0, none
  for (let y = 0; y < height; y++)
    rows.set(pixels.subarray(y * rowSize, (y + 1) * rowSize), y * (1 + rowSize) + 1)

  return joined([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    chunk('IDAT', stored(rows)),
    chunk('IEND', new Uint8Array(0)),
  ])
}

function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(12 + data.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, data.length)
  bytes.set(new TextEncoder().encode(type), 4)
  bytes.set(data, 8)
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)))
  return bytes
}

/** A zlib stream of blocks that are not compressed, each of at most 65,535 bytes. */
function stored(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [Uint8Array.of(0x78, 0x01)]
  const most = 65_535
  for (let at = 0; at === 0 || at < data.length; at += most) {
    const block = data.subarray(at, at + most)
    const size = block.length
    const last = at + most >= data.length ? 1 : 0
    parts.push(Uint8Array.of(last, size & 255, size >> 8, ~size & 255, (~size >> 8) & 255), block)
  }
  const sum = new Uint8Array(4)
  new DataView(sum.buffer).setUint32(0, adler32(data))
  return joined([...parts, sum])
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

function adler32(bytes: Uint8Array): number {
  let a = 1
  let b = 0
  for (const byte of bytes) {
    a = (a + byte) % 65_521
    b = (b + a) % 65_521
  }
  return ((b << 16) | a) >>> 0
}
