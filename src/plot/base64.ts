/** Base64 (RFC 4648) of bytes, in every environment that has btoa. */
export function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}
