import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { collectPaper } from '../../../src/paper/collect/collect.ts'
import { paperIds } from '../../../src/paper/experiments.ts'
import type { ExperimentResults, PaperResults } from '../../../src/paper/results.ts'
import { sampleInput, sampleResults } from '../sampleResults.ts'
import { numbersOf } from '../walk.ts'

const text = await readFile(new URL('../fixtures/published.json', import.meta.url), 'utf8')
const numbers = numbersOf(JSON.parse(text))
const complete = await sampleResults()
const partial = await sampleResults('partial')

function experiment(results: PaperResults, id: string): ExperimentResults {
  const found = results.experiments.find((each) => each.id === id)
  if (found === undefined) throw new Error(`no experiment ${id}`)
  return found
}

describe('of a study that is done', () => {
  it('every number that was read off the paper stands there once, with ours beside it', () => {
    const comparisons = complete.experiments.flatMap((each) => each.comparisons)
    const entries = new Map(
      [...comparisons, ...complete.settings].map(({ path, paper, ours }) => [path, { paper, ours }]),
    )
    expect(entries.size).toBe(comparisons.length + complete.settings.length)
    expect(numbers.length).toBe(entries.size)
    for (const [path, value] of numbers) {
      expect([path, entries.get(path)?.paper]).toEqual([path, value])
      expect(entries.get(path)?.ours, path).toEqual(expect.any(Number))
    }
  })

  it('settings are the ones of the paper, but for nothing', () => {
    expect(complete.settings.filter(({ paper, ours }) => paper !== ours)).toEqual([])
  })

  it('has all experiments, nothing missing, each with its command', () => {
    expect(complete.experiments.map(({ id }) => id)).toEqual(paperIds)
    for (const { id, state, missing, command } of complete.experiments) {
      expect({ id, state, missing }).toEqual({ id, state: 'done', missing: [] })
      expect(command).toBe(`atelier run paper --only ${id}`)
    }
    expect(complete.command).toBe('atelier run paper')
  })

  it('is plain data, and the same every time', async () => {
    expect(JSON.parse(JSON.stringify(complete))).toEqual(complete)
    expect(await sampleResults()).toEqual(complete)
  })

  it('has the trainings of each part with seeds, folds and epochs', () => {
    const [grid, curve] = experiment(complete, 'mlp-1').parts
    expect(grid).toMatchObject({
      id: 'mlp-1-grid',
      axes: ['batchSize', 'optimizer.learningRate'],
      chosenOn: 'test',
    })
    expect(grid?.combinations.length).toBe(25)
    expect(curve?.combinations[0]?.runs.map(({ seed, history }) => [seed, history.length])).toEqual([
      [1, 15],
      [2, 15],
      [3, 15],
    ])
    const [folds] = experiment(complete, 'cnn-grid').parts
    expect(folds).toMatchObject({ folds: { k: 5, kind: 'contiguous' }, chosenOn: 'folds' })
    expect(folds?.combinations[4]?.runs.map(({ fold }) => fold)).toEqual([0, 1, 2, 3, 4])
    expect(folds?.table).toContain('Best: ')
  })

  it('a choice on folds shows nothing of the test set', () => {
    const runs = [...experiment(complete, 'cnn-grid').parts, ...experiment(complete, 'further').parts]
      .filter(({ chosenOn }) => chosenOn === 'folds')
      .flatMap(({ combinations }) => combinations.flatMap((each) => each.runs))
    expect(runs.length).toBe(250)
    for (const run of runs) expect([run.testAccuracy, run.testLoss]).toEqual([null, null])
  })

  it('what diverged says so, and is neither done nor failed', () => {
    const [part] = experiment(complete, 'unnormalized').parts
    const ends = part?.combinations.map(({ params, status, runs }) => [
      params['model.initializer'] === 'heNormal',
      params['optimizer.learningRate'],
      status,
      runs[0]?.status,
      runs[0]?.testAccuracy === null,
    ])
    expect(ends?.filter(([, , status]) => status === 'diverged')).toEqual([
      [true, 0.1, 'diverged', 'diverged', true],
      [true, 0.01, 'diverged', 'diverged', true],
    ])
    expect(part?.combinations.find(({ status }) => status === 'diverged')?.reason).toContain('NaN')
  })

  it('counts equal trainings once', () => {
    // ReLU, lambda 0, two layers of 128 and plain SGD are one training. The finals have three folds of three settings
    // each; they choose another network than the paper's, so both refits are new.
    expect(complete.totals.trainings).toBe(406 - 3 + 2 * 9 + 2)
    expect(complete.totals.images).toBeGreaterThan(complete.totals.epochs * 48_000)
    expect(complete.totals.images).toBeLessThan(complete.totals.epochs * 60_000)
    expect(complete.environments.length).toBe(1)
  })

  it('shows the finalists of each search with what they had in it, and who was chosen', () => {
    const { finals, parts } = experiment(complete, 'best')
    expect(parts.map(({ id }) => id)).toEqual(['final-mlp', 'final-cnn', 'best-mlp', 'best-cnn'])
    const searches = [...experiment(complete, 'further').parts, ...experiment(complete, 'cnn-grid').parts]
    for (const { id, search, searchEpochs, epochs, folds, finalists } of finals) {
      expect({ searchEpochs, epochs, folds }).toEqual({
        searchEpochs: 1,
        epochs: 8,
        folds: { k: 3, kind: 'stratified' },
      })
      expect(finalists.map(({ searchRank }) => searchRank)).toEqual([1, 2, 3])
      const cells = searches.find((part) => part.id === search)?.combinations ?? []
      const final = parts.find((part) => part.id === id)
      finalists.forEach(({ params, searchRank, searchMean, searchStd, mean, std, rank, chosen }, i) => {
        const cell = cells.find((each) => each.rank === searchRank)
        expect({ params, mean: searchMean, std: searchStd }).toEqual({
          params: cell?.params,
          mean: cell?.mean,
          std: cell?.std,
        })
        expect(final?.combinations[i]).toMatchObject({ params, mean, std, rank })
        expect(chosen).toBe(rank === 1)
      })
    }
  })

  it('shows the best models with what the finals chose for them', () => {
    const { models, comparisons } = experiment(complete, 'best')
    expect(models.map(({ id }) => id)).toEqual(['best-mlp', 'best-cnn'])
    const chosen = ['final-mlp', 'final-cnn'].map(
      (final) => experiment(complete, 'best').parts.find(({ id }) => id === final)?.best,
    )
    expect(models.map(({ params }) => params)).toEqual(chosen)
    for (const { confusion, recall, mistakes } of models) {
      expect(confusion.map((row) => row.reduce((sum, each) => sum + each, 0))).toEqual(Array(10).fill(1000))
      expect(recall.length).toBe(10)
      expect(mistakes.length).toBeGreaterThan(0)
    }
    expect(comparisons.find(({ path }) => path === 'headline/bestCnn')?.ours).toBe(models[1]?.testAccuracy)
  })

  it('says something of ours about every contradiction', () => {
    expect(complete.contradictions.length).toBe(14)
    for (const { number, ours } of complete.contradictions)
      expect(ours, `${number}`).toEqual(expect.any(String))
  })
})

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
    const { state, missing, parts, models, finals } = experiment(partial, 'best')
    expect({ state, parts, models }).toEqual({ state: 'missing', parts: [], models: [] })
    expect(missing).toEqual([
      'The best models have not been trained: they are chosen when the searches on folds are done.',
    ])
    expect(finals.map(({ finalists, says }) => [finalists, says])).toEqual([
      [[], null],
      [[], null],
    ])
  })

  it('half the finals have chosen nothing', async () => {
    const undecided = await sampleResults('finals')
    const { state, missing, models, finals } = experiment(undecided, 'best')
    expect({ state, models }).toEqual({ state: 'partial', models: [] })
    expect(missing).toEqual([
      'The best models have not been trained on all rows: they are chosen when the finals between the best of the searches are done.',
      '1 of 9 trainings of final-cnn has not been run.',
    ])
    expect(finals.map(({ finalists }) => finalists.filter(({ chosen }) => chosen).length)).toEqual([1, 0])
    expect(finals[1]?.finalists.map(({ mean }) => mean === null)).toEqual([false, false, true])
    const { choice } = experiment(undecided, 'cnn-grid')
    expect(choice?.honest).toBeNull()
    expect(choice?.says).toContain(
      'The 3 best have not been trained for 8 epochs yet, which decides between them.',
    )
    expect(experiment(undecided, 'mlp-2').choice?.says).toMatch(
      /is ahead with .* %\. It has not been trained on all rows yet\.$/,
    )
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
    const { comparisons, choice } = experiment(partial, 'cnn-grid')
    const of = (path: string) => comparisons.find((each) => each.path === `cnn/gridSearchCv/${path}`)
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
    expect(choice).toBeNull()
  })
})

describe('of anything else', () => {
  it('nothing run: everything is missing, and described all the same', async () => {
    const empty = await sampleResults('empty')
    const states = empty.experiments.map(({ id, state }) => [id, state])
    expect(states).toEqual(paperIds.map((id) => [id, id === 'samples' ? 'done' : 'missing']))
    expect(experiment(empty, 'l2').settings.join()).toContain('lambda')
    expect(empty.totals).toEqual({ trainings: 0, epochs: 0, images: 0, trainingSeconds: 0 })
    expect(empty.environments).toEqual([])
    for (const { ours } of empty.contradictions) expect(ours).toBeNull()
    for (const each of empty.experiments.flatMap(({ comparisons }) => comparisons)) {
      expect(each).toMatchObject({ ours: null, verdict: 'not run', range: null })
    }
  })

  it('drawn images: nothing of the paper is compared with', async () => {
    const synthetic = await sampleResults('synthetic')
    expect(synthetic.settings).toEqual([])
    for (const { comparisons, state } of synthetic.experiments) {
      expect(comparisons).toEqual([])
      expect(state).toBe('done')
    }
    for (const { ours } of synthetic.contradictions) expect(ours).toBeNull()
    expect(synthetic.differences[0]).toContain('not Fashion-MNIST')
    expect(JSON.stringify(synthetic.differences)).not.toContain('ours is lower')
    expect(synthetic.command).toBe('atelier run paper --data synthetic')
  })

  it('a tenth of the rows: the numbers stand there, but nobody judges them', async () => {
    const quick = await sampleResults('quick')
    const comparisons = quick.experiments.flatMap((each) => each.comparisons)
    expect(comparisons.length).toBeGreaterThan(100)
    for (const each of comparisons) {
      expect(each).toMatchObject({ verdict: 'not comparable', asItStands: null })
      expect(each.note).toMatch(/^A tenth of the rows\./)
    }
    expect(quick.command).toBe('atelier run paper --quick')
    expect(quick.settings.find(({ path }) => path === 'dropout/stepsPerEpoch')?.ours).toBe(94)
    for (const { ours } of quick.contradictions) expect(ours).toMatch(/^On a tenth of the rows: /)
    expect(experiment(quick, 'mlp-0').settings.join()).toContain('only the first 6,000 training rows')
  })

  it('other seeds than usual are in the command and the counts', async () => {
    const seeds = await sampleResults('seeds')
    expect(seeds.command).toBe('atelier run paper --seeds 5')
    const relu = experiment(seeds, 'activations').comparisons.find(({ path }) => path === 'activations/relu')
    expect(relu?.count).toBe(5)
    expect(seeds.differences.join()).toContain('Every training is repeated with 5 seeds')
  })

  it('a trial without a confusion matrix is no model to show', async () => {
    const input = await sampleInput()
    const trial: typeof input.store.trial = async (id, position) => {
      const found = await input.store.trial(id, position)
      return found === undefined ? undefined : { ...found, details: null }
    }
    const results = await collectPaper({ ...input, store: { ...input.store, trial } })
    expect(experiment(results, 'best').models).toEqual([])
  })
})
