import { ShapeError } from '../base/errors.ts'
import { base64 } from './base64.ts'
import { altText, type Heading, headingLines } from './frame.ts'
import { encodePng } from './png.ts'
import { escaped } from './svgText.ts'
import { bannerColour, fontFamily, fontSizes, ink, margin } from './theme.ts'

/** The size of all images of a figure. */
export interface ImageSize {
  readonly height: number
  readonly width: number
  /** 1 for grey, 3 for red, green, blue. */
  readonly channels: number
}

/** How large images are shown: about 56 pixels a side, which is Fashion-MNIST's 28 twice. */
export function shownSize({ height, width }: ImageSize): { readonly width: number; readonly height: number } {
  const zoom = Math.max(1, Math.round(56 / Math.max(height, width)))
  return { width: width * zoom, height: height * zoom }
}

/**
 * An image at a place of a figure, as a PNG of its own size.
 *
 * @param where what to name in an error
 *
 * Throws a ShapeError when the image does not have height x width x channels bytes, or channels is neither 1
 * nor 3.
 */
export function imageAt(x: number, y: number, image: Uint8Array, size: ImageSize, where: string): string {
  const { height, width, channels } = size
  checkChannels(size)
  const bytes = height * width * channels
  if (image.length !== bytes)
    throw new ShapeError(`an image has ${image.length} bytes.`, {
      where,
      hint: `${height} x ${width} x ${channels} needs ${bytes}.`,
    })
  const shown = shownSize(size)
  const png = encodePng(image, { width, height, channels: channels === 1 ? 1 : 3 })
  return (
    `<image x="${x}" y="${y}" width="${shown.width}" height="${shown.height}" ` +
    `preserveAspectRatio="none" ${sharp} href="data:image/png;base64,${base64(png)}"/>`
  )
}

/** Throws a ShapeError for a number of channels that cannot be shown. */
export function checkChannels({ channels }: ImageSize): void {
  if (channels !== 1 && channels !== 3)
    throw new ShapeError(`images of ${channels} channels cannot be shown.`, { hint: 'Give 1 or 3.' })
}

export interface TextLook {
  readonly size: number
  readonly fill: string
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly weight?: 'normal' | 'bold'
}

/** A line of text with its baseline at `y`. */
export function textAt(x: number, y: number, text: string, look: TextLook): string {
  const { size, fill, anchor = 'start', weight = 'normal' } = look
  const placed = anchor === 'start' ? '' : ` text-anchor="${anchor}"`
  return (
    `<text x="${x}" y="${y}"${placed} font-size="${size}" font-weight="${weight}" ` +
    `fill="${fill}">${escaped(text)}</text>`
  )
}

/**
 * A figure `right` pixels wide: its heading, and below that what `body` draws from the height it is given, which
 * returns where it ends.
 *
 * @param description sentences for readers who do not see the figure
 */
export function imageFigure(
  heading: Heading,
  right: number,
  description: readonly string[],
  body: (top: number) => { readonly marks: readonly string[]; readonly bottom: number },
): string {
  const texts: string[] = []
  const lines = headingLines(heading, right - 2 * margin)
  let y = margin
  const write = (block: readonly string[], look: TextLook) => {
    for (const text of block) {
      y += Math.round(look.size * 1.25)
      texts.push(textAt(margin, y - Math.round(look.size * 0.25), text, look))
    }
    if (block.length > 0) y += 6
  }
  write(lines.banner, { size: fontSizes.banner, fill: bannerColour, weight: 'bold' })
  write(lines.title, { size: fontSizes.title, fill: ink.text, weight: 'bold' })
  write(lines.subtitle, { size: fontSizes.subtitle, fill: ink.muted })
  const { marks, bottom: end } = body(y + 4)
  const bottom = Math.ceil(end + margin)
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${right}" height="${bottom}" viewBox="0 0 ${right} ${bottom}" ` +
    `font-family="${fontFamily}" role="img" aria-label="${escaped(altText(heading, description))}">\n` +
    `<style>${pixelated}</style>\n<rect width="100%" height="100%" fill="${ink.background}"/>\n` +
    `${[...texts, ...marks].join('\n')}\n</svg>\n`
  )
}

/** Renderers of SVG 1.1 know the attribute; browsers need the newer word, which the others must not see. */
const sharp = 'image-rendering="optimizeSpeed" class="atelier-pixels"'
const pixelated = '@supports (image-rendering: pixelated) { .atelier-pixels { image-rendering: pixelated } }'
