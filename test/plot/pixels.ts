import { inflateSync } from 'node:zlib'

export interface Picture {
  readonly width: number
  readonly height: number
  /** Red, green, blue of a pixel; alpha is dropped. */
  at(x: number, y: number): [number, number, number]
  /** Number of pixels of exactly this colour. */
  count(colour: readonly [number, number, number]): number
}

/** Decodes an 8-bit PNG (grey, RGB or RGBA, not interlaced) without the libraries that wrote it. */
export function decodePng(png: Uint8Array): Picture {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  const parts: Uint8Array[] = []
  let [width, height, channels] = [0, 0, 0]
  for (let at = 8; at < png.length; ) {
    const size = view.getUint32(at)
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8))
    const data = png.subarray(at + 8, at + 8 + size)
    if (type === 'IHDR') {
      width = view.getUint32(at + 8)
      height = view.getUint32(at + 12)
      const kinds = new Map([
        [0, 1],
        [2, 3],
        [6, 4],
      ])
      channels = kinds.get(data[9] ?? -1) ?? 0
      if (data[8] !== 8 || channels === 0 || data[12] !== 0) throw new Error('not a PNG that this test reads')
    }
    if (type === 'IDAT') parts.push(data)
    at += 12 + size
  }
  const raw = inflateSync(Buffer.concat(parts))
  const pixels = unfilter(raw, width * channels, height, channels)
  const at = (x: number, y: number): [number, number, number] => {
    const start = (y * width + x) * channels
    const value = (i: number) => pixels[start + (channels === 1 ? 0 : i)] ?? -1
    return [value(0), value(1), value(2)]
  }
  const count = (colour: readonly [number, number, number]) => {
    let found = 0
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) if (at(x, y).every((value, i) => value === colour[i])) found++
    return found
  }
  return { width, height, at, count }
}

/** Undoes the five row filters of the PNG specification (chapter 9). */
function unfilter(raw: Uint8Array, rowSize: number, height: number, step: number): Uint8Array {
  const pixels = new Uint8Array(rowSize * height)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (rowSize + 1)]
    for (let i = 0; i < rowSize; i++) {
      const left = i < step ? 0 : (pixels[y * rowSize + i - step] ?? 0)
      const up = y === 0 ? 0 : (pixels[(y - 1) * rowSize + i] ?? 0)
      const corner = y === 0 || i < step ? 0 : (pixels[(y - 1) * rowSize + i - step] ?? 0)
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter ?? -1]
      if (guess === undefined) throw new Error('unknown filter')
      pixels[y * rowSize + i] = (raw[y * (rowSize + 1) + 1 + i] ?? 0) + guess
    }
  }
  return pixels
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner
  const [toLeft, toUp, toCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)]
  if (toLeft <= toUp && toLeft <= toCorner) return left
  return toUp <= toCorner ? up : corner
}
