/** Text as it is written into XML, between tags and in attributes. */
export function escaped(text: string): string {
  return (
    text
      // XML 1.0 has no place for other control characters, not even escaped.
      .replace(/[^\t\n\r -\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  )
}
