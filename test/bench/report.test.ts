import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { withBlocks, wrapped } from '../../bench/blocks.ts'
import { speedSpec } from '../../bench/chart.ts'
import { contestsOf, pages, sectionBlock, summaryTable } from '../../bench/reportBlocks.ts'
import { type ContestResult, readResults, type Section, saveSection } from '../../bench/results.ts'
import { toSvg } from '../../src/plot/render.node.ts'
import { hasMargins } from '../plot/margins.ts'
import { texts } from '../plot/texts.ts'
import { warnings } from '../plot/warnings.ts'

const contestant = (name: string, threads: number, seconds: number, share = 1): ContestResult => ({
  name,
  threads,
  engine: name.startsWith('atelier') ? 'simd' : null,
  share,
  epochsTrained: 3,
  seconds: [seconds, seconds * 1.2, seconds],
  cpuSeconds: [seconds],
  testAccuracy: 0.9,
  testRows: 10_000,
})
const results = [
  contestant('atelier', 1, 0.6),
  contestant('atelier', 2, 0.3),
  contestant('Keras 3.15.1/TensorFlow 2.21.0', 2, 0.5),
  contestant('jax-js 0.1.25', 1, 1800, 1 / 60),
]

const section = (id: string, title: string): Section => ({
  id,
  title,
  machine: 'a machine',
  date: '2026-11-24',
  command: 'npm run bench',
  markdown: '| a |',
  contest: results,
})

describe('withBlocks', () => {
  const text =
    'before\n<!-- bench:mlp -->\nold\n<!-- /bench:mlp -->\nafter\n<!-- bench:cnn -->\nkept\n<!-- /bench:cnn -->'

  it('replaces what lies between the comments, and only what is new', () => {
    expect(withBlocks(text, new Map([['mlp', 'new']]))).toBe(text.replace('old', '\nnew\n'))
  })

  it('changes nothing the second time', () => {
    const blocks = new Map([['mlp', 'new\n\nlines']])
    const once = withBlocks(text, blocks)
    expect(withBlocks(once, blocks)).toBe(once)
  })

  it('refuses a block without an end', () => {
    expect(() => withBlocks('<!-- bench:mlp -->\nold', new Map())).toThrow('bench:mlp')
  })
})

describe('the pages', () => {
  const root = new URL('../../', import.meta.url)
  const read = (page: string) => readFile(new URL(page, root), 'utf8')
  const saved = readResults(fileURLToPath(new URL('bench/results/latest.json', root)))

  it('have one place for every section that was measured, and for the summary', async () => {
    const { sections } = await saved
    const texts = await Promise.all(pages.map(read))
    const places = texts.flatMap((text) => [...text.matchAll(/^<!-- bench:(\S+) -->$/gm)].map(([, id]) => id))
    expect(places.toSorted()).toEqual(['summary', ...sections.map(({ id }) => id)].toSorted())
  })

  it('have the tables of the saved results', async () => {
    const results = await saved
    const blocks = new Map(results.sections.map((section) => [section.id, sectionBlock(section)]))
    for (const page of pages) {
      const text = await read(page)
      expect(withBlocks(text, blocks), page).toBe(text)
    }
    expect(await read('README.md')).toContain(summaryTable(contestsOf(results)))
  })

  it('docs/performance.md stays short: method and experiments have pages of their own', async () => {
    expect((await read('docs/performance.md')).split('\n').length).toBeLessThanOrEqual(200)
  })
})

it('wraps text between words', () => {
  expect(wrapped('one two three', 7)).toBe('one two\nthree')
  expect(wrapped('unbreakable', 3)).toBe('unbreakable')
})

describe('the file of results', () => {
  it('keeps what was not measured again, and replaces what was', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'atelier-test-'))
    try {
      const file = join(folder, 'results.json')
      await saveSection(file, section('mlp', 'first'))
      await saveSection(file, section('cnn', 'other'))
      await saveSection(file, section('mlp', 'second'))
      const { sections } = await readResults(file)
      expect(sections.map(({ id, title }) => `${id} ${title}`)).toEqual(['mlp second', 'cnn other'])
      expect(sections[0]).toEqual(section('mlp', 'second'))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  it('does not overwrite a file that holds something else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'atelier-test-'))
    try {
      const file = join(folder, 'package.json')
      await writeFile(file, '{"name":"something else"}')
      await expect(saveSection(file, section('mlp', 'first'))).rejects.toThrow()
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})

describe('the chart', () => {
  const spec = speedSpec(
    [
      { title: 'MLP', results },
      { title: 'CNN', results: results.slice(1, 3) },
    ],
    2,
    'A machine.',
  )

  it('shows everybody once, the fastest first, and who has only one thread', async () => {
    expect(spec.description).toContain(
      'MLP: atelier 0.300 s, Keras/TensorFlow 0.500 s, jax-js, 1 thread * 1800 s.',
    )
    const shown = texts(await toSvg(spec))
    expect(shown).toContain('jax-js, 1 thread *')
    expect(shown).toContain('* Trained on a part of an epoch, and scaled.')
  })

  it('is drawn without complaints and without clipped labels', async () => {
    expect(warnings(spec)).toEqual([])
    expect(await hasMargins(await toSvg(spec))).toBe(true)
  })
})

it('sums up all models in one table', () => {
  const lines = summaryTable([
    { title: 'MLP', results },
    { title: 'CNN', results: results.slice(1, 2) },
  ]).split('\n')
  expect(lines[0]).toMatch(/MLP, 1 thread \| +MLP, 2 threads \| +CNN, 2 threads/)
  expect(lines[2]).toMatch(/atelier +\| +0\.600 \| +0\.300 \| +0\.300 \|/)
  expect(lines[3]).toMatch(/jax-js 0\.1\.25 +\| +1800 \* \| +\| +\|/)
})
