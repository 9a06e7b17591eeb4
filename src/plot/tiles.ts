import { checkEach, checkFields } from '../base/arguments.ts'
import type { Heading } from './frame.ts'
import { checkChannels, type ImageSize, imageAt, imageFigure, shownSize, textAt } from './imageFigure.ts'
import { textWidth } from './textWidth.ts'
import { fontSizes, ink, margin } from './theme.ts'

export interface Tile {
  /** height x width x channels bytes, row-major. */
  readonly image: Uint8Array
  /** Below the image; the first line is the most important one. */
  readonly lines: readonly string[]
}

export interface Tiles extends Heading, ImageSize {
  /** Tiles side by side. */
  readonly columns: number
}

const gap = 14
const lineHeight = fontSizes.label + 3

/**
 * Images with lines of text below each, as an SVG that needs no other file: single predictions to look at.
 *
 * Throws a ShapeError when an image does not have height x width x channels bytes, or channels is
 * neither 1 nor 3.
 */
export function tilesSvg(tiles: readonly Tile[], figure: Tiles): string {
  checkEach(tiles, { image: 'bytes', lines: 'list' }, 'tiles')
  checkFields(figure, { height: 'number', width: 'number', channels: 'number', columns: 'number' }, 'tiles')
  checkChannels(figure)
  const { columns } = figure
  const image = shownSize(figure)
  const most = Math.max(0, ...tiles.map(({ lines }) => lines.length))
  const longest = tiles.flatMap(({ lines }) =>
    lines.map((line) => textWidth(line, { size: fontSizes.label })),
  )
  const width = Math.ceil(Math.max(image.width, ...longest))
  const step = { x: width + gap, y: image.height + most * lineHeight + gap }
  const across = Math.min(columns, Math.max(1, tiles.length))
  const right = Math.max(across * step.x - gap, 300) + 2 * margin
  return imageFigure(figure, right, tiles.map(described), (top) => {
    const marks = tiles.flatMap((tile, i) => {
      const middle = margin + (i % columns) * step.x + width / 2
      const y = top + Math.floor(i / columns) * step.y
      return [
        imageAt(middle - image.width / 2, y, tile.image, figure, `image ${i + 1}`),
        ...tile.lines.map((line, k) =>
          textAt(middle, y + image.height + (k + 1) * lineHeight, line, {
            size: fontSizes.label,
            fill: k === 0 ? ink.text : ink.muted,
            anchor: 'middle',
          }),
        ),
      ]
    })
    return { marks, bottom: top + Math.ceil(tiles.length / columns) * step.y - gap }
  })
}

function described({ lines }: Tile, i: number): string {
  return `Image ${i + 1}: ${lines.join(', ')}.`
}
