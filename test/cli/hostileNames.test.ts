import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { visible } from '../../src/base/text.ts'
import { toSvg } from '../../src/plot/render.node.ts'
import { figuresOf } from '../../src/report/figures/figures.ts'
import { reportHtml } from '../../src/report/html/report.ts'
import type { ReportResults } from '../../src/report/results.ts'
import { tablesOf } from '../../src/report/tables.ts'
import { paper, sampleResults } from '../report/sampleResults.ts'
import { call, type Ended, lastLine, readJson, runsIn, temporaryFolders, writeBands } from './atelier.ts'

/** For String.replace, HTML, spreadsheets, CSV and JSON; a zero-width space and right-to-left letters. */
const classes = ["$'$&$`", '<b>"x", y</b>', '=1+1', 'עברית\u200bé']
/** The same for a folder, whose name may also turn the direction of writing and colour a terminal. */
const folderName = `=1+1 $'$& <b>",\u202e\u200b\u001b[31mé`
const datasetName = visible(folderName)

const folder = temporaryFolders()
let cwd = ''
let data = ''
const run = (...args: string[]) => call(args, { cwd })

beforeAll(async () => {
  cwd = await folder()
  data = join(cwd, folderName)
  await mkdir(data)
  await writeBands(data, { train: 30, test: 9, side: 6 })
  await writeFile(join(data, 'classes.txt'), classes.join('\n'))
})

/** What a terminal obeys, or what turns the direction of writing: never part of an output. */
const obeyed = /(?![\n\r\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u

function expectClean({ code, stdout, stderr }: Ended, exitCode = 0): void {
  expect([code, stderr]).toEqual([exitCode, expect.any(String)])
  expect(stdout).not.toMatch(obeyed)
  expect(stderr).not.toMatch(obeyed)
}

/** Elements that are opened and closed in turn, and nothing but entities after an ampersand. */
function faults(markup: string): string[] {
  const open: string[] = []
  const found: string[] = []
  const bare = markup.replace(/<style>.*?<\/style>/gs, '').replace(/<!--.*?-->/gs, '')
  for (const [, end, name = '', own] of bare.matchAll(/<(\/?)([A-Za-z][\w:-]*)(?:[^>"]|"[^"]*")*?(\/?)>/g)) {
    if (own === '/' || ['meta', 'link', 'img', 'br'].includes(name)) continue
    if (end === '') open.push(name)
    else if (open.pop() !== name) found.push(name)
  }
  return [...found, ...open, ...(bare.match(/&(?!(#\d+|#x[0-9a-f]+|\w+);).{0,20}/g) ?? [])]
}

/** Text of markup, entities resolved. */
const textOf = (markup: string) =>
  markup
    .replace(/<[^>]+>/g, '')
    .replace(/&(lt|gt|quot|#39|#x27);/g, (_, name: string) => {
      return { lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" }[name] ?? ''
    })
    .replaceAll('&amp;', '&')

/** The cells of CSV. */
function cells(csv: string): string[] {
  return [...csv.matchAll(/"((?:[^"]|"")*)"|[^,\r\n]+/g)].map(([cell, quoted]) =>
    quoted === undefined ? cell : quoted.replaceAll('""', '"'),
  )
}

/** Cells that a spreadsheet would compute. */
const formulas = (csv: string) =>
  cells(csv).filter((cell) => /^[=+@\t\r-]/.test(cell) && !Number.isFinite(Number(cell)))

describe('names that break outputs', () => {
  const small = ['--hidden', '3', '--batch', '10', '--epochs', '1', '--threads', '1']

  test('data', async () => {
    const ended = await run('data', '--data', data, '--show', 'x.svg')
    expectClean(ended)
    for (const name of [...classes, datasetName]) expect(ended.stdout).toContain(name)
    const svg = await readFile(join(cwd, 'x.svg'), 'utf8')
    expect(faults(svg)).toEqual([])
    for (const name of [...classes, datasetName]) expect(textOf(svg)).toContain(name)
  })

  test('train, evaluate', async () => {
    const trained = await run('train', 'mlp', '--data', data, ...small)
    expectClean(trained)
    for (const name of [...classes, datasetName]) expect(trained.stdout + trained.stderr).toContain(name)
    const [path = ''] = await runsIn(cwd)
    expect(await readJson(join(path, 'config.json'))).toMatchObject({ data, dataset: datasetName })
    expect(await readJson(join(path, 'result.json'))).toMatchObject({ classes, dataset: datasetName })
    expect(formulas(await readFile(join(path, 'history.csv'), 'utf8'))).toEqual([])
    const curve = await readFile(join(path, 'curve.svg'), 'utf8')
    expect([faults(curve), obeyed.test(curve)]).toEqual([[], false])
    expect(textOf(curve)).toContain(datasetName)

    const measured = await run('evaluate', path)
    expectClean(measured)
    for (const name of [...classes, datasetName]) expect(measured.stdout).toContain(name)
    const json = await run('evaluate', path, '--json')
    expectClean(json)
    expect(lastLine(json.stdout)).toMatchObject({ classes, dataset: datasetName })
    const resumed = await run('train', '--resume', path, '--epochs', '2', '--threads', '1', '--json')
    expectClean(resumed)
    expect(lastLine(resumed.stdout)).toMatchObject({ type: 'done', classes, dataset: datasetName })
  })

  const base = {
    model: { type: 'mlp', hidden: [] },
    optimizer: { type: 'sgd', learningRate: 0.1 },
    epochs: 1,
  }
  const study = { base: { ...base, validation: 0.3 }, axes: { batchSize: [5, 10] } }
  const write = (content: object) => writeFile(join(cwd, 'study.yaml'), stringify(content))

  test('run, runs', async () => {
    await write({ name: 'names', data: `./${folderName}`, ...study })
    expectClean(await run('run', 'study.yaml'))
    const listed = await run('runs')
    expectClean(listed)
    for (const args of [
      ['show', 'names'],
      ['show', 'names', '1'],
      ['trials', 'names'],
    ]) {
      expectClean(await run('runs', ...args))
      expectClean(await run('runs', ...args, '--json'))
    }
    expect((await run('runs', 'show', 'names')).stdout).toContain(datasetName)
    expect(lastLine((await run('runs', 'show', 'names', '--json')).stdout)).toMatchObject({
      dataset: datasetName,
    })
    for (const rows of ['trials', 'epochs', 'combinations']) {
      const csv = await run('runs', 'export', 'names', '--rows', rows)
      expectClean(csv)
      expect(formulas(csv.stdout)).toEqual([])
      const out = `${visible(folderName)}\u001b[31m${rows}.json`
      const json = await run('runs', 'export', 'names', '--rows', rows, '--out', out)
      expectClean(json)
      expect(JSON.parse(await readFile(join(cwd, out), 'utf8'))).toBeInstanceOf(Array)
    }
  })

  const hostile = ["$'", '<b>', '=1+1', 'a,"b"', 'a\u202eb', 'a\u200bb', 'a\u001b[31mb', 'é']

  test.each(hostile)('%j is refused as a name of a study, an experiment or a tag', async (name) => {
    const tries = [
      { name, data, ...study },
      { name: 'names', data, experiments: [{ id: name, ...study }] },
      { name: 'names', data, ...study, axes: { normalize: [name] } },
      { name: 'names', data, ...study, axes: { [name]: [1, 2] } },
    ]
    for (const content of tries) {
      await write(content)
      const refused = await run('run', 'study.yaml')
      expectClean(refused, 2)
      expect(refused.stderr.replaceAll('\\"', '"')).toContain(visible(name))
    }
    for (const args of [
      ['tag', 'names', name],
      ['show', name],
      ['trials', 'names', '--where', `${name}=1`],
    ]) {
      const refused = await run('runs', ...args)
      expectClean(refused, 2)
      expect(refused.stderr).toMatch(/^error: /)
    }
  })

  test.each(['a\u202eb', 'a\u001b[31mb'])('%j is refused as the name of a class', async (name) => {
    const other = join(cwd, 'other')
    await mkdir(other, { recursive: true })
    await writeBands(other, { train: 6, test: 3, side: 4 })
    await writeFile(join(other, 'classes.txt'), ['a', 'b', name].join('\n'))
    const refused = await run('train', 'mlp', '--data', other)
    expectClean(refused, 1)
    expect(refused.stderr).toContain(visible(name))
  })
})

test('the report of a reproduction', async () => {
  const sample = await sampleResults()
  const renamed = (text: string): string => {
    const at = sample.dataset.classes.indexOf(text)
    return at < 0 ? text : (classes[at] ?? text)
  }
  const results: ReportResults = JSON.parse(JSON.stringify(sample), (_, value: unknown) =>
    typeof value === 'string' ? renamed(value).replace('Fashion-MNIST', () => datasetName) : value,
  )
  for (const { name, text } of tablesOf(results)) expect([name, formulas(text)]).toEqual([name, []])
  const drawn = await Promise.all(
    figuresOf({ results, published: paper.published, images: null })
      .filter((figure) => JSON.stringify(figure).includes('=1+1'))
      .slice(0, 3)
      .map(async (figure) => {
        const { drawing } = figure
        return { ...figure, svg: drawing.type === 'svg' ? drawing.svg : await toSvg(drawing.spec) }
      }),
  )
  expect(drawn.length).toBeGreaterThan(0)
  for (const { id, svg } of drawn) expect([id, faults(svg), obeyed.test(svg)]).toEqual([id, [], false])
  const page = reportHtml(results, drawn)
  expect([faults(page), obeyed.test(page)]).toEqual([[], false])
  for (const name of [...classes, datasetName]) expect(textOf(page)).toContain(name)
  expect(page).not.toContain('<b>"x"')
  expect(basename(data)).toBe(folderName)
})
