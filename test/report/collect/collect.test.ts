import { describe, expect, it } from 'vitest'
import { numbersOf, settingsOf } from '../../../src/report/published.ts'
import type { ExperimentResults, ReportResults } from '../../../src/report/results.ts'
import { paper, sampleResults } from '../sampleResults.ts'

const ids = paper.published.experiments.map(({ id }) => id)
const complete = await sampleResults()

function experiment(results: ReportResults, id: string): ExperimentResults {
  const found = results.experiments.find((each) => each.id === id)
  if (found === undefined) throw new Error(`no experiment ${id}`)
  return found
}

describe('of a study that is done', () => {
  it('every published number stands there once, with ours beside it', () => {
    const comparisons = complete.experiments.flatMap((each) => each.comparisons)
    const shown = [...comparisons, ...complete.settings]
    const entries = new Map(shown.map((each) => [each.id, each]))
    const published = [...numbersOf(paper.published), ...settingsOf(paper.published)]
    expect([shown.length, entries.size]).toEqual([published.length, published.length])
    for (const { id, value } of published) {
      expect([id, entries.get(id)?.published]).toEqual([id, value])
      expect(entries.get(id)?.ours, id).toEqual(expect.any(Number))
    }
  })

  it('all settings are those of the paper', () => {
    expect(complete.settings.filter(({ published, ours }) => published !== ours)).toEqual([])
  })

  it('has all experiments, nothing missing, each with its command', () => {
    expect(complete.experiments.map(({ id }) => id)).toEqual(ids)
    for (const { id, state, missing, command } of complete.experiments) {
      expect({ id, state, missing }).toEqual({ id, state: 'done', missing: [] })
      expect(command).toBe(`atelier run paper --only ${id}`)
    }
    expect(complete.command).toBe('atelier run paper')
    expect(complete.publication).toMatchObject({ authors: ['Cecilia Jiang', 'David Kronish', 'Matt Ludwig'] })
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
    // ReLU, lambda 0, two layers of 128 and plain SGD are one training. The second stage has three folds of three settings
    // for each search; it chooses another network than the paper's, so both refits are new.
    expect(complete.totals.trainings).toBe(406 - 3 + 2 * 9 + 2)
    expect(complete.totals.images).toBeGreaterThan(complete.totals.epochs * 48_000)
    expect(complete.totals.images).toBeLessThan(complete.totals.epochs * 60_000)
    expect(complete.environments.length).toBe(1)
  })

  it('shows the finalists of each search with what they had in it, and who was chosen', () => {
    const { secondStages, parts } = experiment(complete, 'best')
    expect(secondStages.length).toBe(2)
    expect(parts.map(({ id }) => id)).toEqual(['final-mlp', 'final-cnn', 'best-mlp', 'best-cnn'])
    const searches = [...experiment(complete, 'further').parts, ...experiment(complete, 'cnn-grid').parts]
    for (const { id, search, searchEpochs, epochs, folds, finalists } of secondStages) {
      expect({ searchEpochs, epochs, folds }).toEqual({
        searchEpochs: 1,
        epochs: 8,
        folds: { k: 3, kind: 'stratified' },
      })
      expect(finalists.map(({ searchRank }) => searchRank)).toEqual([1, 2, 3])
      const cells = searches.find((part) => part.id === search)?.combinations ?? []
      const own = parts.find((part) => part.id === id)
      finalists.forEach(({ params, searchRank, searchMean, searchStd, mean, std, rank, chosen }, i) => {
        const cell = cells.find((each) => each.rank === searchRank)
        expect({ params, mean: searchMean, std: searchStd }).toEqual({
          params: cell?.params,
          mean: cell?.mean,
          std: cell?.std,
        })
        expect(own?.combinations[i]).toMatchObject({ params, mean, std, rank })
        expect(chosen).toBe(rank === 1)
      })
    }
  })

  it('shows the best models with what the second stage chose for them', () => {
    const { models, comparisons } = experiment(complete, 'best')
    expect(models.map(({ id }) => id)).toEqual(['best-mlp', 'best-cnn'])
    const chosen = ['final-mlp', 'final-cnn'].map(
      (second) => experiment(complete, 'best').parts.find(({ id }) => id === second)?.best,
    )
    expect(models.map(({ params }) => params)).toEqual(chosen)
    for (const { confusion, recall, misclassified } of models) {
      expect(confusion.map((row) => row.reduce((sum, each) => sum + each, 0))).toEqual(Array(10).fill(1000))
      expect(recall.length).toBe(10)
      expect(misclassified.length).toBeGreaterThan(0)
    }
    expect(comparisons.find(({ id }) => id === 'headline/bestCnn')?.ours).toBe(models[1]?.testAccuracy)
  })

  it('says something of ours about every contradiction', () => {
    expect(complete.contradictions.length).toBe(14)
    expect(complete.contradictions.map(({ number }) => number)).toEqual(
      Array.from({ length: 14 }, (_, i) => i + 1),
    )
    for (const { title, ours } of complete.contradictions) {
      expect(ours, title).toEqual(expect.any(String))
      expect(ours, title).not.toMatch(/[{}]/)
    }
    expect(complete.remarks.length).toBe(paper.published.remarks.length)
    expect(complete.remarks.join()).not.toMatch(/[{}]/)
  })

  it('shows the choices of an experiment side by side, whoever chose', () => {
    const choices = experiment(complete, 'cnn-grid').choices.map(({ part, onTest, score, testAccuracy }) => [
      part,
      onTest,
      score !== null,
      testAccuracy !== null,
    ])
    expect(choices).toEqual([
      ['cnn-grid', false, true, false],
      ['cnn-grid', false, true, true],
      ['final-cnn', false, true, true],
    ])
    const none = complete.experiments.filter((each) => each.choices.length === 0).map(({ id }) => id)
    expect(none).toEqual([
      'samples',
      'gradient-check',
      'activations',
      'unnormalized',
      'cnn',
      'dropout',
      'further',
      'best',
    ])
  })
})
