/** SHA-256 of some bytes as 64 lower-case hexadecimal digits (FIPS 180-4, by the platform's Web Crypto). */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Bytes that are hashed at once, so that little memory is needed for large data. */
const pieceSize = 1 << 20

/**
 * A digest of bytes in any memory, shared or not: the SHA-256 of the SHA-256 digests of its pieces of 1 MiB, one after
 * another. Web Crypto takes neither shared memory nor a stream; in pieces, only 1 MiB is copied at a time.
 */
export async function sha256OfPieces(bytes: Uint8Array): Promise<string> {
  const digests = new Uint8Array(32 * Math.ceil(bytes.length / pieceSize))
  const piece = new Uint8Array(Math.min(pieceSize, bytes.length))
  for (let i = 0; i * pieceSize < bytes.length; i++) {
    const source = bytes.subarray(i * pieceSize, (i + 1) * pieceSize)
    piece.set(source)
    const digest = await crypto.subtle.digest('SHA-256', piece.subarray(0, source.length))
    digests.set(new Uint8Array(digest), 32 * i)
  }
  return sha256(digests)
}

/** JSON with the keys of every object sorted: equal data gives equal text, so that it can be hashed. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  )
}

/** SHA-256 of plain data, independent of the order of its keys. */
export function hashOf(value: unknown): Promise<string> {
  return sha256(new TextEncoder().encode(canonicalJson(value)))
}
