import { toPng } from '../../src/plot/render.node.ts'
import { decodePng } from './pixels.ts'

/** The drawn figure does not touch the picture's edge: a clipped label would. */
export async function hasMargins(svg: string): Promise<boolean> {
  const { width, height, at } = decodePng(await toPng(svg, { scale: 1 }))
  const white = (x: number, y: number) => at(x, y).every((channel) => channel === 255)
  for (let x = 0; x < width; x++) if (!white(x, 0) || !white(x, height - 1)) return false
  for (let y = 0; y < height; y++) if (!white(0, y) || !white(width - 1, y)) return false
  return true
}
