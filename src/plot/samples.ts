import { checkArgument, checkEach, checkFields } from '../base/arguments.ts'
import type { Heading } from './frame.ts'
import { checkChannels, type ImageSize, imageAt, imageFigure, shownSize, textAt } from './imageFigure.ts'
import { textWidth } from './textWidth.ts'
import { fontSizes, ink, margin } from './theme.ts'

export interface SampleRow {
  /** The class, written beside the row. */
  readonly label: string
  /** Each height x width x channels bytes, row-major. */
  readonly images: readonly Uint8Array[]
}

/** Heading and size of the images. */
export interface SampleGrid extends Heading, ImageSize {}

const gap = 4

/**
 * A grid of images, a row for each class, as an SVG that needs no other file. Pixels stay sharp squares: each
 * image is a PNG of its own size, shown a whole number of times larger, without smoothing.
 *
 * Throws a ShapeError when an image does not have height x width x channels bytes, or channels is
 * neither 1 nor 3.
 */
export function samplesSvg(rows: readonly SampleRow[], grid: SampleGrid): string {
  checkEach(rows, { label: 'text', images: 'list' }, 'samples')
  checkFields(grid, { height: 'number', width: 'number', channels: 'number' }, 'samples')
  for (const { images } of rows) for (const image of images) checkArgument(image, 'bytes', 'samples, images')
  checkChannels(grid)
  const cell = shownSize(grid)
  const columns = Math.max(0, ...rows.map(({ images }) => images.length))
  const labelWidth = Math.ceil(
    Math.max(0, ...rows.map(({ label }) => textWidth(label, { size: fontSizes.axisTitle }))),
  )
  const left = margin + labelWidth + 10
  const right = Math.max(left + columns * (cell.width + gap) - gap, 300) + margin
  const step = Math.max(cell.height, fontSizes.axisTitle) + gap
  return imageFigure(grid, right, [described(rows)], (top) => {
    const marks = rows.flatMap(({ label, images }, row) => {
      const y = top + row * step
      // 0.35 em below the middle centres capitals; not every renderer knows dominant-baseline.
      const middle = y + (step - gap) / 2 + 0.35 * fontSizes.axisTitle
      const look = { size: fontSizes.axisTitle, fill: ink.text, anchor: 'end' as const }
      return [
        textAt(margin + labelWidth, Number(middle.toFixed(2)), label, look),
        ...images.map((image, column) =>
          imageAt(left + column * (cell.width + gap), y, image, grid, `samples of "${label}"`),
        ),
      ]
    })
    return { marks, bottom: top + rows.length * step - gap }
  })
}

function described(rows: readonly SampleRow[]): string {
  const texts = rows.map(({ label, images }) => `${label} (${images.length})`)
  return `Images of ${rows.length} classes, a row for each: ${texts.join(', ')}.`
}
