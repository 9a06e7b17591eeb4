import { readdir, readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { toSvg } from '../../src/plot/render.node.ts'
import { figuresOf } from '../../src/report/figures/figures.ts'
import type { DrawnFigure } from '../../src/report/html/figures.ts'
import { reportHtml } from '../../src/report/html/report.ts'
import type { ReportResults } from '../../src/report/results.ts'
import { tablesOf } from '../../src/report/tables.ts'
import { partsOf, selectExperiments } from '../../src/reproduction/select.ts'
import { texts } from '../plot/texts.ts'
import { sampleImages } from './sampleImages.ts'
import { reproductionFrom, smallFiles, smallResults } from './smallReproduction.ts'

const reproduction = reproductionFrom(smallFiles)
const { published } = reproduction
let results: ReportResults
let figures: DrawnFigure[]
beforeAll(async () => {
  results = await smallResults()
  const declared = figuresOf({ results, published, images: sampleImages(results) })
  figures = await Promise.all(
    declared.map(async ({ drawing, ...figure }) => ({
      ...figure,
      svg: drawing.type === 'svg' ? drawing.svg : await toSvg(drawing.spec),
    })),
  )
})

const experiment = (id: string) => results.experiments.find((each) => each.id === id)

describe('a reproduction with other names and numbers than the paper', () => {
  it('has all its experiments, parts and numbers, with ours beside them', () => {
    expect(
      results.experiments.map(({ id, state, parts }) => [id, state, parts.map((part) => part.id)]),
    ).toEqual([
      ['pictures', 'done', []],
      ['tuning', 'done', ['steps', 'penalty']],
      ['training', 'done', ['slow-curve', 'starts']],
      ['final', 'done', ['steps-longer', 'steps-final']],
    ])
    const comparisons = results.experiments.flatMap(({ id, comparisons: all }) =>
      all.map((each) => [id, each.id, each.published, typeof each.ours]),
    )
    expect(comparisons).toEqual([
      ['tuning', 'decay', 7, 'number'],
      ['tuning', 'loss', 0.4321, 'number'],
      ['tuning', 'search/0/score', 0.6111, 'number'],
      ['tuning', 'search/1/score', 0.5222, 'number'],
      ['training', 'curve', 0.6543, 'number'],
      ['final', 'refit', 0.7654, 'number'],
    ])
    expect(experiment('tuning')?.comparisons[2]).toMatchObject({
      title: 'Held-out accuracy, batch 10, rate 0.3',
      section: 'II',
      headline: true,
    })
  })

  it('is judged by its own tolerance and contradictions', () => {
    const [decay] = experiment('tuning')?.comparisons ?? []
    expect(results.tolerance).toEqual({ accuracy: 0.02, loss: 0.1 })
    expect(decay).toMatchObject({ verdict: 'paper contradicts itself', contradictions: [1] })
    expect(results.contradictions[0]?.ours).toMatch(/^By decay: 0: \d\d\.\d\d % and 7: \d\d\.\d\d %\.$/)
    expect(results.remarks).toEqual([
      expect.stringMatching(/^Ours has .* % \(.* over 2 trainings\), where 65\.43 % was published\.$/),
    ])
  })

  it('has its own settings beside ours: 600 rows in batches of 20', () => {
    expect(results.settings.map(({ id, published: theirs, ours }) => [id, theirs, ours])).toEqual([
      ['data/train', 600, 600],
      ['net/layers', 1, 1],
      ['net/steps', 30, 30],
      ['net/read', 2, 2],
      ['search/0/size', 10, 10],
      ['search/0/rate', 0.3, 0.3],
      ['search/1/size', 10, 10],
      ['search/1/rate', 0.03, 0.03],
    ])
  })

  it('has a second stage and a refit by its own names', () => {
    const [stage] = experiment('final')?.secondStages ?? []
    expect(stage).toMatchObject({
      id: 'steps-longer',
      title: 'Small net',
      search: 'steps',
      searchEpochs: 1,
      epochs: 3,
      folds: { k: 2, kind: 'shuffled' },
    })
    expect(stage?.finalists.map(({ searchRank }) => searchRank)).toEqual([1, 2])
    const [model] = experiment('final')?.models ?? []
    expect(model).toMatchObject({ id: 'steps-final', title: expect.stringContaining('Small net') })
    expect(experiment('tuning')?.choices.map(({ title, part }) => [title, part])).toEqual([
      ['Best decay on the test set', 'penalty'],
      ['Two stages', 'steps-longer'],
    ])
  })

  it('draws its figures under their numbers and names', async () => {
    expect(figures.map(({ id, number }) => [id, number])).toEqual([
      ['summary', null],
      ['pictures', null],
      ['figure-22', 22],
      ['tuning-map', null],
      ['tuning-lines', null],
      ['tuning-axes', null],
      ['figure-21', 21],
      ['starts', null],
      ['seen', null],
      ['steps-final-confusion', null],
      ['steps-final-misclassified', null],
    ])
    const shown = (id: string) => texts(figures.find((each) => each.id === id)?.svg ?? '')
    expect(shown('figure-21')).toEqual(expect.arrayContaining(['Paper: 65.43%', 'Paper: epoch 2']))
    expect(shown('figure-22')).toEqual(expect.arrayContaining(["Paper's best: 7", 'Weight decay']))
    expect(shown('starts')).toEqual(expect.arrayContaining(['heNormal', 'glorotUniform']))
    expect(shown('steps-final-confusion')).toContain('oak')
  })

  it('writes its tables', () => {
    const names = tablesOf(results).map(({ name }) => name)
    for (const name of [
      'comparisons',
      'settings',
      'choices',
      'second-stage',
      'importance',
      'steps',
      'penalty-runs',
    ])
      expect(names).toContain(name)
    expect(names).toContain('slow-curve-epochs')
    expect(names).toContain('steps-final-confusion')
    for (const { name, text } of tablesOf(results))
      for (const line of text.split('\r\n').slice(1, -1))
        expect(line.startsWith('Garden leaves,'), name).toBe(true)
  })

  it('is a page of its own, that says nothing of the paper', () => {
    const page = reportHtml(results, figures)
    const text = page.replace(/ src="data:[^"]*"/g, '')
    expect(text).toContain('Leaves of a garden')
    expect(text).toContain('A. Gardener')
    expect(text).toContain('<code>atelier run mine</code>')
    expect(text).toContain('65.43\u00a0%')
    expect(text).not.toMatch(/Fashion|Jiang|Multilayer|lambda|87\.74|atelier run paper/)
  })

  it('that was never run is not drawn, and says what is missing', async () => {
    const empty = await smallResults(false)
    expect(empty.experiments.map(({ state }) => state)).toEqual(['done', 'missing', 'missing', 'missing'])
    expect(empty.experiments[2]?.missing).toEqual([
      '2 of 2 trainings of slow-curve have not been run.',
      '2 of 2 trainings of starts have not been run.',
    ])
    expect(figuresOf({ results: empty, published, images: null })).toEqual([])
    const page = reportHtml(empty, [])
    expect(page).toContain('Figure 21 of the paper: not drawn')
  })

  it('selects experiments by its own names', () => {
    expect(partsOf(reproduction, selectExperiments(reproduction, ['final']))).toEqual(['steps', 'penalty'])
    expect(() => selectExperiments(reproduction, ['tunning'])).toThrow(
      /^only: "leaves" has no experiment "tunning"\. Did you mean "tuning"\?/,
    )
  })
})

describe('the sources of reports and reproductions', () => {
  const root = new URL('../../', import.meta.url)
  const paperFiles = ['study', 'published', 'reproduction']
  /** Words of the report that are ids of the paper too: a key of references and a study of refits, a table. */
  const ownWords = ['best', 'gradient-check']

  /** Every name that the files of the paper give: ids, and parts of its second stage. */
  async function namesOfPaper(): Promise<ReadonlySet<string>> {
    const names = new Set<string>()
    const collect = (data: unknown): void => {
      if (typeof data !== 'object' || data === null) return
      for (const [key, value] of Object.entries(data)) {
        if (['id', 'search', 'second', 'refit'].includes(key) && typeof value === 'string') names.add(value)
        collect(value)
      }
    }
    for (const name of paperFiles) {
      const text = await readFile(new URL(`reproductions/fashion-mnist/${name}.yaml`, root), 'utf8')
      collect(parse(text))
    }
    for (const word of ownWords) names.delete(word)
    return names
  }

  /** Source files of a folder, by path. */
  async function sourcesOf(folder: string): Promise<[path: string, text: string][]> {
    const base = new URL(`${folder}/`, root)
    const entries = await readdir(base, { recursive: true })
    const files = entries.filter((name) => name.endsWith('.ts'))
    return Promise.all(
      files.map(
        async (name): Promise<[string, string]> => [
          `${folder}/${name}`,
          await readFile(new URL(name, base), 'utf8'),
        ],
      ),
    )
  }

  it('contain no name of the paper', async () => {
    const names = await namesOfPaper()
    expect(names).toContain('cnn-grid')
    expect(names).toContain('final-mlp')
    const sources = [...(await sourcesOf('src/report')), ...(await sourcesOf('src/reproduction'))]
    expect(sources.length).toBeGreaterThan(30)
    const found = sources.flatMap(([path, text]) => {
      // An id such as "dropout" is an ordinary word too, but a name where it is a string of the code.
      const quoted = [...text.matchAll(/(['"`])([\w./-]+)\1/g)].flatMap(([, , name]) => name ?? [])
      const special = [...names].filter((name) => /[-/]/.test(name) && text.includes(name))
      return [...quoted.filter((name) => names.has(name)), ...special].map((name) => `${path}: ${name}`)
    })
    expect(found).toEqual([])
  })
})
