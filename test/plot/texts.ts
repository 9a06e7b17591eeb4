/** The lines of text in an SVG, in the order of the file. */
export function texts(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/gs)].flatMap(([, content = '']) =>
    content.startsWith('<tspan')
      ? [...content.matchAll(/<tspan[^>]*>([^<]*)<\/tspan>/g)].map(([, line]) => line ?? '')
      : [content],
  )
}
