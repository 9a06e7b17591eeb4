import { ShapeError } from '../base/errors.ts'
import { type Heading, headingLines } from './frame.ts'
import { encodePng } from './png.ts'
import { textWidth } from './textWidth.ts'
import { bannerColour, fontFamily, fontSizes, ink, margin } from './theme.ts'

export interface SampleRow {
  /** The class, written beside the row. */
  readonly label: string
  /** Each height x width x channels bytes, row-major. */
  readonly images: readonly Uint8Array[]
}

export interface SampleGrid extends Heading {
  readonly height: number
  readonly width: number
  /** 1 for grey, 3 for red, green, blue. */
  readonly channels: number
}

const gap = 4

/**
 * A grid of images, a row for each class, as an SVG that needs no other file. Pixels stay sharp squares: each
 * image is a PNG of its own size, shown a whole number of times larger, without smoothing.
 *
 * Throws a {@link ShapeError} when an image does not have height x width x channels bytes, or channels is
 * neither 1 nor 3.
 */
export function samplesSvg(rows: readonly SampleRow[], grid: SampleGrid): string {
  const { height, width } = grid
  const channels = check(rows, grid)
  // About 56 pixels a side: Fashion-MNIST's 28 twice.
  const zoom = Math.max(1, Math.round(56 / Math.max(height, width)))
  const cell = { width: width * zoom, height: height * zoom }
  const columns = Math.max(0, ...rows.map(({ images }) => images.length))
  const labelWidth = Math.ceil(
    Math.max(0, ...rows.map(({ label }) => textWidth(label, { size: fontSizes.axisTitle }))),
  )
  const left = margin + labelWidth + 10
  const right = Math.max(left + columns * (cell.width + gap) - gap, 300) + margin

  const body: string[] = []
  const heading = headingLines(grid, right - 2 * margin)
  let y = margin
  const lines = (texts: readonly string[], size: number, colour: string, weight: string) => {
    for (const text of texts) {
      y += Math.round(size * 1.25)
      body.push(
        `<text x="${margin}" y="${y - Math.round(size * 0.25)}" font-size="${size}" font-weight="${weight}" ` +
          `fill="${colour}">${escaped(text)}</text>`,
      )
    }
    if (texts.length > 0) y += 6
  }
  lines(heading.banner, fontSizes.banner, bannerColour, 'bold')
  lines(heading.title, fontSizes.title, ink.text, 'bold')
  lines(heading.subtitle, fontSizes.subtitle, ink.muted, 'normal')
  y += 4

  const step = Math.max(cell.height, fontSizes.axisTitle) + gap
  for (const { label, images } of rows) {
    // 0.35 em below the middle centres capitals; not every renderer knows dominant-baseline.
    const middle = y + (step - gap) / 2 + 0.35 * fontSizes.axisTitle
    body.push(
      `<text x="${margin + labelWidth}" y="${middle.toFixed(2)}" text-anchor="end" ` +
        `font-size="${fontSizes.axisTitle}" fill="${ink.text}">${escaped(label)}</text>`,
    )
    for (const [column, image] of images.entries())
      body.push(
        `<image x="${left + column * (cell.width + gap)}" y="${y}" width="${cell.width}" height="${cell.height}" ` +
          `preserveAspectRatio="none" ${sharp} href="data:image/png;base64,` +
          `${base64(encodePng(image, { width, height, channels }))}"/>`,
      )
    y += step
  }
  const bottom = y - gap + margin

  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${right}" height="${bottom}" viewBox="0 0 ${right} ${bottom}" ` +
    `font-family="${fontFamily}">\n<style>${pixelated}</style>\n<rect width="100%" height="100%" fill="${ink.background}"/>\n` +
    `${body.join('\n')}\n</svg>\n`
  )
}

/** Renderers of SVG 1.1 know the attribute; browsers need the newer word, which the others must not see. */
const sharp = 'image-rendering="optimizeSpeed" class="atelier-pixels"'
const pixelated = '@supports (image-rendering: pixelated) { .atelier-pixels { image-rendering: pixelated } }'

function check(rows: readonly SampleRow[], { height, width, channels }: SampleGrid): 1 | 3 {
  if (channels !== 1 && channels !== 3)
    throw new ShapeError(`images of ${channels} channels cannot be shown.`, { hint: 'Give 1 or 3.' })
  const size = height * width * channels
  for (const { label, images } of rows)
    for (const image of images)
      if (image.length !== size)
        throw new ShapeError(`an image has ${image.length} bytes.`, {
          where: `samples of "${label}"`,
          hint: `${height} x ${width} x ${channels} needs ${size}.`,
        })
  return channels
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}
