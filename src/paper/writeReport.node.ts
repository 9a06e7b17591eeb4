import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { outputError, writeFileAtomic } from '../base/atomic.node.ts'
import { toPng, toSvg } from '../report/render.node.ts'
import { figuresOf, type PaperFigure, type PaperImages } from './figures.ts'
import { type DrawnFigure, reportHtml } from './html/report.ts'
import type { PaperResults } from './results.ts'
import { tablesOf } from './tables.ts'

/** Pixels of a PNG for each of its SVG: sharp on screen and in print. */
const pngScale = 2

export interface WrittenReport {
  /** The page to open. */
  readonly path: string
  /** All files, relative to the folder. */
  readonly files: readonly string[]
}

/**
 * Writes the report into a folder, which is made if it is missing: report.html, figures/*.svg and *.png, tables/*.csv
 * and results.json. Each file is written whole or not at all; report.html comes last, so that it never speaks of files
 * that are not there. What an older report left beside these is not touched.
 *
 * @param images what the figures of images show; null leaves them out
 * @throws OutputError when the folder cannot be written
 */
export async function writeReport(
  results: PaperResults,
  images: PaperImages | null,
  folder: string,
): Promise<WrittenReport> {
  for (const each of ['figures', 'tables']) await makeFolder(join(folder, each))
  const files: string[] = []
  const write = async (name: string, data: string | Uint8Array) => {
    await writeFileAtomic(join(folder, name), data)
    files.push(name)
  }
  await write('results.json', `${JSON.stringify(results, null, 2)}\n`)
  for (const { name, text } of tablesOf(results)) await write(`tables/${name}.csv`, text)
  const figures: DrawnFigure[] = []
  for (const figure of figuresOf(results, images)) {
    const svg = await svgOf(figure)
    figures.push({ ...figure, svg })
    await write(`figures/${figure.id}.svg`, svg)
    await write(`figures/${figure.id}.png`, await toPng(svg, { scale: pngScale }))
  }
  await write('report.html', reportHtml(results, figures))
  return { path: join(folder, 'report.html'), files }
}

async function svgOf({ drawing }: PaperFigure): Promise<string> {
  return drawing.type === 'svg' ? drawing.svg : toSvg(drawing.spec)
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (cause) {
    throw outputError(folder, cause)
  }
}
