import { join } from 'node:path'
import { outputError, writeFileAtomic } from '../base/atomic.node.ts'
import { sha256 } from '../base/digest.ts'
import { makeFolders } from '../base/makeFolders.node.ts'
import { embedFonts } from '../plot/fonts.node.ts'
import { toPng, toSvg } from '../plot/render.node.ts'
import type { FigureSource, ReportFigure } from './figures/figure.ts'
import { figuresOf } from './figures/figures.ts'
import { type DrawnFigure, reportHtml } from './html/report.ts'
import { type Digests, manifestFile, readManifest, removeStale, writeManifest } from './manifest.node.ts'
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
 * and results.json. Each file is written whole or not at all; report.html comes after them, so that it never names
 * files that do not exist. Then figures and tables of an older report that are no longer made are removed, as far as
 * files.json names them and they were not changed; other files stay.
 *
 * @param source the results, the figures that are declared for them, and images for figures of images
 * @throws OutputError when the folder cannot be written
 */
export async function writeReport(source: FigureSource, folder: string): Promise<WrittenReport> {
  const { results } = source
  for (const each of ['figures', 'tables']) await makeFolder(join(folder, each))
  const older = await readManifest(folder)
  const writer = new Writer(folder)
  // Awaited, because a folder that cannot be written is better known before all is drawn.
  await writer.write('results.json', `${JSON.stringify(results, null, 2)}\n`)
  const figures: DrawnFigure[] = []
  try {
    for (const { name, text } of tablesOf(results)) writer.begin(`tables/${name}.csv`, text)
    for (const figure of figuresOf(source)) {
      const svg = await svgOf(figure)
      figures.push({ ...figure, svg })
      writer.begin(`figures/${figure.id}.svg`, svg)
      writer.begin(`figures/${figure.id}.png`, await toPng(svg, { scale: pngScale }))
    }
  } finally {
    await writer.ended()
  }
  await writer.write('report.html', reportHtml(results, figures))
  const newer = await writer.digests()
  await removeStale(folder, older, newer)
  await writeManifest(folder, newer)
  return { path: join(folder, 'report.html'), files: [manifestFile, ...writer.files] }
}

/** Writes files while the caller goes on: the disk works while the next figure is drawn. */
class Writer {
  readonly files: string[] = []
  private readonly sums: Record<string, Promise<string>> = {}
  private readonly folder: string
  /** What each ended with: an error, or nothing. */
  private readonly running: Promise<unknown>[] = []

  constructor(folder: string) {
    this.folder = folder
  }

  async write(name: string, data: string | Uint8Array): Promise<void> {
    await writeFileAtomic(join(this.folder, name), data)
    this.files.push(name)
    if (name.includes('/')) this.sums[name] = sha256(Buffer.from(data))
  }

  /** SHA-256 of every figure and table. */
  async digests(): Promise<Digests> {
    const entries = Object.entries(this.sums).sort(([a], [b]) => (a < b ? -1 : 1))
    return Object.fromEntries(await Promise.all(entries.map(async ([name, sum]) => [name, await sum])))
  }

  begin(name: string, data: string | Uint8Array): void {
    this.running.push(
      this.write(name, data).then(
        () => undefined,
        (error: unknown) => error,
      ),
    )
  }

  /** Waits for all that was begun. Throws the first error of any of it. */
  async ended(): Promise<void> {
    const error = (await Promise.all(this.running)).find((each) => each !== undefined)
    if (error !== undefined) throw error
  }
}

async function svgOf({ drawing }: ReportFigure): Promise<string> {
  return drawing.type === 'svg' ? embedFonts(drawing.svg) : toSvg(drawing.spec)
}

/** Makes the folder of a report. @throws OutputError */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await makeFolders(folder)
  } catch (cause) {
    throw outputError(folder, cause)
  }
}
