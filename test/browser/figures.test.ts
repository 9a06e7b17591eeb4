import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { base64 } from '../../src/plot/base64.ts'
import { subsetFont } from '../../src/plot/fontSubset.ts'
import { importanceSpec } from '../../src/plot/importance.ts'
import { learningCurveSpec } from '../../src/plot/learningCurve.ts'
import { parallelSpec } from '../../src/plot/parallel.ts'
import { toSvg } from '../../src/plot/render.node.ts'
import { panelsSpec, sweepSpec } from '../../src/plot/sweep.ts'
import { textWidth } from '../../src/plot/textWidth.ts'
import { drawnFigures } from '../report/sampleImages.ts'
import { sampleResults } from '../report/sampleResults.ts'
import { chromiumPath, Page } from './chromium.ts'

if (chromiumPath === undefined)
  process.stderr.write('SKIPPED: no Chromium found (CHROMIUM names one); the figures were not opened.\n')

/** A line of text as Chromium draws it, in pixels of the SVG. */
interface Line {
  readonly text: string
  readonly size: number
  readonly bold: boolean
  readonly width: number
  /** Neither level nor upright: its box says little about where its letters are. */
  readonly slanted: boolean
  readonly box: {
    readonly left: number
    readonly right: number
    readonly top: number
    readonly bottom: number
  }
}

describe.skipIf(chromiumPath === undefined)('figures in Chromium, where Arial is half as wide again', () => {
  let folder = ''
  let page: Page
  let wideArial = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atelier-figures-'))
    page = await Page.open(chromiumPath ?? '')
    const bold = createRequire(import.meta.url).resolve('@expo-google-fonts/arimo/700Bold/Arimo_700Bold.ttf')
    const letters = Array.from({ length: 0x250 }, (_, code) => code)
    const data = base64(subsetFont(await readFile(bold), letters))
    wideArial = `<style>@font-face { font-family: Arial; size-adjust: 140%; src: url(data:font/ttf;base64,${data}) }</style>`
  })
  afterAll(async () => {
    await page.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** The faults of a figure that is opened as a file of its own. */
  async function faultsOf(svg: string): Promise<string[]> {
    const file = join(folder, 'figure.svg')
    await writeFile(file, svg.replace('</svg>', `${wideArial}</svg>`))
    await page.load(pathToFileURL(file).href)
    const { lines, width, height }: Opened = JSON.parse(String(await page.evaluate(measured)))
    expect(lines.length).toBeGreaterThan(3)
    return [
      ...lines.filter((line) => !isArimo(line)).map(({ text }) => `not in Arimo: ${text}`),
      ...lines.filter(({ box }) => !isInside(box, width, height)).map(({ text }) => `cut off: ${text}`),
      ...overlaps(lines).map(([a, b]) => `overlap: ${a.text} and ${b.text}`),
    ]
  }

  it('keeps every text of every kind in its place', async () => {
    const faults: string[] = []
    for (const [name, svg] of await everyKind())
      faults.push(...(await faultsOf(svg)).map((fault) => `${name}: ${fault}`))
    expect(faults).toEqual([])
  })

  it('would find what the wider font does', async () => {
    const spec = learningCurveSpec({ title: 'A title that is as wide as the figure. '.repeat(3), epochs })
    const faults = await faultsOf(await toSvg(spec, { embedFonts: false }))
    expect(faults).toContain('not in Arimo: Accuracy')
    expect(faults.filter((fault) => fault.startsWith('cut off'))).not.toEqual([])
  })
})

const epochs = [1, 2, 3].flatMap((epoch) =>
  (['train', 'validation'] as const).map((series) => ({
    epoch,
    series,
    accuracy: 0.8 + epoch / 100,
    loss: 1 / epoch,
  })),
)

/** What the paper's figures lack is drawn here; the chart of the benchmarks is the file in the documents. */
async function everyKind(): Promise<[name: string, svg: string][]> {
  const figures = await drawnFigures(await sampleResults('complete'))
  const panels = panelsSpec({
    title: 'Two panels',
    panels: (['accuracy', 'loss'] as const).map((measure) => ({
      points: [0.01, 0.1].map((x) => ({ x, series: 'validation', value: x })),
      y: { measure },
    })),
    x: { title: 'Learning rate', scale: 'log' },
  })
  const names = ['none', 'shift by a pixel', 'shift and flip']
  const sweep = sweepSpec({
    title: 'Names',
    points: names.flatMap((x) => [0.8, 0.9].map((value) => ({ x, series: 'Validation', value }))),
    x: { title: 'Augmentation' },
    y: { measure: 'accuracy' },
    marked: { label: 'Chosen', x: 'shift and flip' },
  })
  const parallel = parallelSpec({
    title: 'A search over four settings, with a title that is wider than its figure',
    axes: ['Learning rate', 'Augmentation', 'Layers of the network, from first to last', 'Batch size'].map(
      (title) => ({ title }),
    ),
    lines: Array.from({ length: 48 }, (_, i) => ({
      values: [
        10 ** -(1 + (i % 4)),
        names[i % 3] ?? '',
        ['dense 128', 'convolution 16, convolution 32, max pooling'][i % 2] ?? '',
        20 + i,
      ],
      score: i % 7 === 0 ? null : 0.5 + i / 100,
      absent: i % 2 === 0 ? 'diverged' : 'not run',
      chosen: i === 47,
    })),
    value: { measure: 'accuracy', title: 'Mean validation accuracy' },
  })
  const importance = importanceSpec({
    title: 'Importance',
    rows: [
      { label: 'Learning rate', share: 0.5 },
      { label: 'Learning rate × layers of the network, from first to last', share: 0.25 },
    ],
    rest: 'Interactions of three and more axes',
  })
  const chart = await readFile(new URL('../../docs/images/speed.svg', import.meta.url), 'utf8')
  return [
    ...figures.map(({ id, svg }): [string, string] => [id, svg]),
    ['learning curve', await toSvg(learningCurveSpec({ title: 'Größe der Λ-Schicht, «Ж»', epochs }))],
    ['panels', await toSvg(panels)],
    ['sweep over names', await toSvg(sweep)],
    ['parallel coordinates', await toSvg(parallel)],
    ['importance', await toSvg(importance)],
    ['speed.svg', chart],
  ]
}

interface Opened {
  readonly lines: readonly Line[]
  readonly width: number
  readonly height: number
}

/** Whether a line is as wide as Arimo makes it. Widths of letters beyond ASCII are not known here. */
function isArimo({ text, width, size, bold }: Line): boolean {
  return !/^[ -~]+$/.test(text) || Math.abs(width - textWidth(text, { size, bold })) < 0.5
}

function isInside({ left, right, top, bottom }: Line['box'], width: number, height: number): boolean {
  return left >= 0 && top >= 0 && right <= width && bottom <= height
}

/** Pairs of lines whose letters overlap; not a text and the white edge below it, which is the same text. */
function overlaps(lines: readonly Line[]): [Line, Line][] {
  return lines.flatMap((a, i) =>
    lines.slice(i + 1).flatMap((b): [Line, Line][] => {
      const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left)
      const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top)
      const edge = a.text === b.text && a.box.left === b.box.left && a.box.top === b.box.top
      return wide > 0.5 && high > lineGap && !edge && !a.slanted && !b.slanted ? [[a, b]] : []
    }),
  )
}

/** Pixels by which the boxes of two lines may overlap: letters do not fill the whole height of theirs. */
const lineGap = 4

/** JSON of the lines of the SVG that is open. */
const measured = `(async () => {
  await Promise.all([...document.fonts].map((font) => font.load()))
  const lines = [...document.querySelectorAll('text, tspan')].filter((each) => each.children.length === 0)
  const { width, height } = document.documentElement.viewBox.baseVal
  return JSON.stringify({ width, height, lines: lines.map((line) => {
    const { fontSize, fontWeight } = getComputedStyle(line)
    const { left, right, top, bottom } = line.getBoundingClientRect()
    const { a, b } = line.getScreenCTM()
    return { text: line.textContent, slanted: Math.min(Math.abs(a), Math.abs(b)) > 0.01, size: parseFloat(fontSize), bold: Number(fontWeight) >= 600,
      width: line.getComputedTextLength(), box: { left, right, top, bottom } }
  }) })
})()`
