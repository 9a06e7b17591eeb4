import { describe, expect, it } from 'vitest'
import { collectReport } from '../../../src/report/collect/collect.ts'
import { outlineOf } from '../../../src/report/outline.ts'
import type { ExperimentResults, ReportResults } from '../../../src/report/results.ts'
import { paper, sampleInput, sampleResults } from '../sampleResults.ts'

const ids = paper.published.experiments.map(({ id }) => id)
const partial = await sampleResults('partial')

function experiment(results: ReportResults, id: string): ExperimentResults {
  const found = results.experiments.find((each) => each.id === id)
  if (found === undefined) throw new Error(`no experiment ${id}`)
  return found
}

describe('of a study that is half done', () => {
  it.each([
    ['samples', 'done', []],
    ['gradient-check', 'missing', ['The gradients have not been checked.']],
    ['mlp-0', 'done', []],
    [
      'mlp-1',
      'partial',
      [
        '13 of 25 trainings of mlp-1-grid have not been run.',
        '1 of 3 trainings of mlp-1-curve has not been run.',
      ],
    ],
    ['l2', 'missing', ['21 of 21 trainings of l2 have not been run.']],
    [
      'cnn-grid',
      'partial',
      [
        '89 of 125 trainings of cnn-grid have not been run.',
        '1 of 125 trainings of cnn-grid failed: The memory is used up.',
      ],
    ],
  ])('%s is %s', (id, state, missing) => {
    expect(experiment(partial, id)).toMatchObject({ state, missing })
  })

  it('best says what it waits for', () => {
    const { state, missing, parts, models, secondStages } = experiment(partial, 'best')
    expect({ state, parts, models, secondStages }).toEqual({
      state: 'missing',
      parts: [],
      models: [],
      secondStages: [],
    })
    expect(missing).toEqual([
      'final-mlp, final-cnn, best-mlp, best-cnn: not trained yet, because earlier trainings decide the settings.',
    ])
  })

  it('half a second stage has chosen nothing', async () => {
    const undecided = await sampleResults('finals')
    const { state, missing, models, secondStages } = experiment(undecided, 'best')
    expect({ state, models }).toEqual({ state: 'partial', models: [] })
    expect(missing).toEqual([
      'best-mlp, best-cnn: not trained yet, because earlier trainings decide the settings.',
      '1 of 9 trainings of final-cnn has not been run.',
    ])
    const chosen = secondStages.map(({ finalists }) => finalists.filter((each) => each.chosen).length)
    expect(chosen).toEqual([1, 0])
    expect(secondStages[1]?.finalists.map(({ mean }) => mean === null)).toEqual([false, false, true])
    expect(experiment(undecided, 'cnn-grid').choices.map(({ part }) => part)).toEqual([
      'cnn-grid',
      'cnn-grid',
    ])
    const [refit] = experiment(undecided, 'mlp-2').choices.slice(-1)
    expect(refit).toMatchObject({ part: 'final-mlp', score: expect.any(Number), testAccuracy: null })
  })

  it('a comparison of what was not run has no number of ours', () => {
    for (const { ours, verdict, difference, count } of experiment(partial, 'l2').comparisons) {
      expect({ ours, verdict, difference, count }).toEqual({
        ours: null,
        verdict: 'not run',
        difference: null,
        count: 0,
      })
    }
  })

  it('half a search has chosen nothing, but its cells stand there', () => {
    const { comparisons, choices } = experiment(partial, 'cnn-grid')
    const of = (id: string) => comparisons.find((each) => each.id === `cnn/gridSearchCv/${id}`)
    expect(of('best/batchSize')).toMatchObject({ ours: null, note: 'The search is not complete.' })
    expect(of('rows/0/meanAccuracy')?.ours).toEqual(expect.any(Number))
    expect(of('rows/3/meanAccuracy')).toMatchObject({
      count: 4,
      note: expect.stringContaining('1 of 5 trainings failed.'),
    })
    expect(of('rows/7/meanAccuracy')).toMatchObject({
      count: 1,
      note: expect.stringContaining('1 of 5 trainings so far.'),
    })
    expect(of('rows/8/meanAccuracy')?.ours).toBeNull()
    expect(choices).toEqual([])
  })
})

describe('of anything else', () => {
  it('nothing run: everything is missing, and described all the same', async () => {
    const empty = await sampleResults('empty')
    const states = empty.experiments.map(({ id, state }) => [id, state])
    expect(states).toEqual(ids.map((id) => [id, id === 'samples' ? 'done' : 'missing']))
    expect(experiment(empty, 'l2').parts[0]).toMatchObject({
      axes: ['l2'],
      settings: { epochs: 8, batchSize: 400 },
    })
    expect(empty.totals).toEqual({ trainings: 0, epochs: 0, images: 0, trainingSeconds: 0 })
    expect(empty.environments).toEqual([])
    for (const { ours } of empty.contradictions) expect(ours).toBeNull()
    for (const each of empty.experiments.flatMap(({ comparisons }) => comparisons)) {
      expect(each).toMatchObject({ ours: null, verdict: 'not run', range: null })
    }
  })

  it('synthetic images: nothing of the paper is compared with', async () => {
    const synthetic = await sampleResults('synthetic')
    expect(synthetic).toMatchObject({ compared: false, settings: [] })
    expect(synthetic.publication).not.toBeNull()
    for (const { comparisons, state } of synthetic.experiments) {
      expect(comparisons).toEqual([])
      expect(state).toBe('done')
    }
    for (const { ours } of synthetic.contradictions) expect(ours).toBeNull()
  })

  it('other data than that of the publication is compared with nothing', async () => {
    const input = await sampleInput()
    const other = { ...input, dataset: { ...input.dataset, name: 'Leaves' } }
    expect((await collectReport(other)).compared).toBe(false)
    const anywhere = { ...input.published, dataset: undefined }
    expect((await collectReport({ ...other, published: anywhere })).compared).toBe(true)
  })

  it('a tenth of the rows: the numbers stand there, but are not judged', async () => {
    const quick = await sampleResults('quick')
    const comparisons = quick.experiments.flatMap((each) => each.comparisons)
    expect(comparisons.length).toBeGreaterThan(100)
    for (const each of comparisons) {
      expect(each).toMatchObject({ verdict: 'not comparable', asItStands: null })
      expect(each.note).toMatch(/^A fraction of the rows\./)
    }
    expect(quick.settings.find(({ id }) => id === 'dropout/stepsPerEpoch')?.ours).toBe(94)
  })

  it('other seeds than usual are in the counts', async () => {
    const seeds = await sampleResults('seeds')
    expect(seeds.seeds).toBe(5)
    const relu = experiment(seeds, 'activations').comparisons.find(({ id }) => id === 'activations/relu')
    expect(relu?.count).toBe(5)
  })

  it('a study without a publication is compared with nothing, and has a section for each experiment', async () => {
    const input = await sampleInput()
    const [{ study }] = input.studies
    const plain = { ...input, published: outlineOf(study), isPublication: false, stages: [] }
    const results = await collectReport(plain)
    expect(results).toMatchObject({ compared: false, publication: null, settings: [], contradictions: [] })
    expect(results.experiments.map(({ id }) => id)).toEqual(study.experiments.map(({ id }) => id))
    expect(results.experiments.every(({ state }) => state === 'done')).toBe(true)
  })

  it('a trial without a confusion matrix is no model to show', async () => {
    const input = await sampleInput()
    const trial: typeof input.store.trial = async (id, position) => {
      const found = await input.store.trial(id, position)
      return found === undefined ? undefined : { ...found, details: null }
    }
    const results = await collectReport({ ...input, store: { ...input.store, trial } })
    expect(experiment(results, 'best').models).toEqual([])
  })
})
