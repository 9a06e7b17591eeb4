import { describe, expect, it } from 'vitest'
import { toCsv } from '../../../src/base/csv.ts'
import { pythonText } from '../../../src/study/definition/pythonText.ts'
import { summarize } from '../../../src/study/results/results.ts'
import { formatTable, tableRows } from '../../../src/study/results/table.ts'
import { figure13, figure13Text } from '../fixtures/figure13.ts'
import { oneExperiment, recordOf } from '../studies.ts'

const names = { batchSize: 'batch_size', 'optimizer.learningRate': 'model_learning_rate' }

/** The paper's grid of 25 combinations, with the values of two folds: mean - std and mean + std. */
function paperGrid() {
  const { experiment, trials } = oneExperiment({
    axes: {
      'optimizer.learningRate': [0.1, 0.05, 0.02, 0.01, 0.001],
      batchSize: [50, 100, 200, 300, 600],
    },
    folds: { k: 2, kind: 'contiguous' },
  })
  const records = figure13.flatMap(([, , mean, std], i) => [
    recordOf(2 * i, [mean - std]),
    recordOf(2 * i + 1, [mean + std]),
  ])
  return { experiment, trials, summary: summarize(experiment, trials, records) }
}

describe('formatTable', () => {
  it("prints the paper's figure 13 from its numbers, letter by letter", () => {
    const { summary } = paperGrid()
    expect(summary.combinations.map(({ params }) => Object.values(params))).toEqual(
      figure13.map(([batchSize, learningRate]) => [batchSize, learningRate]),
    )
    expect(formatTable(summary, { names })).toBe(figure13Text)
  })

  it('sorts by rank when asked to', () => {
    const lines = formatTable(paperGrid().summary, { names, order: 'rank' }).split('\n')
    expect(lines.slice(0, 3)).toEqual([
      "Best: 0.877033 using {'batch_size': 50, 'model_learning_rate': 0.001}",
      "0.877033 (0.006447) with: {'batch_size': 50, 'model_learning_rate': 0.001}",
      "0.873000 (0.007631) with: {'batch_size': 100, 'model_learning_rate': 0.01}",
    ])
    expect(lines.at(-2)).toBe("0.096350 (0.001715) with: {'batch_size': 300, 'model_learning_rate': 0.1}")
  })

  it('counts the combinations that failed, with the reason, and says where there is no result at all', () => {
    const { experiment, trials } = oneExperiment({ base: { validation: 0.1 }, axes: { l2: [0, 1] } })
    expect(formatTable(summarize(experiment, trials, [recordOf(0, [], 'failed')]))).toBe(
      "Best: none yet\nnan (nan) with: {'l2': 1}  # open\nFailed: 1 of 2 combinations (diverged): the loss is NaN\nnan (nan) with: {'l2': 0}\n",
    )
  })

  it('adds rank and time when asked to', () => {
    const { experiment, trials } = oneExperiment({ base: { validation: 0.1 }, axes: { l2: [0, 1] } })
    const records = [recordOf(0, [0.5, 0.5]), recordOf(1, [0.25, 0.75])]
    expect(formatTable(summarize(experiment, trials, records), { details: true })).toBe(
      [
        "Best: 0.750000 using {'l2': 1}",
        "0.500000 (0.000000) with: {'l2': 0}  # rank 2, 2.00 s a trial",
        "0.750000 (0.000000) with: {'l2': 1}  # rank 1, 2.00 s a trial\n",
      ].join('\n'),
    )
  })

  it('has no best where nothing is chosen, and the other scores behind each line, in grid order', () => {
    const { experiment, trials } = oneExperiment({ axes: { l2: [1, 0] }, chooseOn: 'none' })
    const summary = summarize(experiment, trials, [recordOf(0, [0.5]), recordOf(1, [], 'failed')])
    const loss = 'trainLoss 0.500000, trainAccuracy 0.500000, validationLoss 0.500000'
    const text = [
      `0.500000 (0.000000) with: {'l2': 1}  # ${loss}, validationAccuracy 0.500000, testLoss 0.500000`,
      'Failed: 1 of 2 combinations (diverged): the loss is NaN',
      "nan (nan) with: {'l2': 0}\n",
    ].join('\n')
    expect(formatTable(summary)).toBe(text)
    expect(formatTable(summary, { order: 'rank' })).toBe(text)
    const [first] = tableRows(summary)
    expect(first).toMatchObject({ rank: null, chosenOn: 'none', metric: 'testAccuracy', mean: 0.5 })
    expect(first).toMatchObject({ trainLoss: 0.5, testLoss: 0.5, value_seed1: 0.5 })
  })

  it.each([
    ['test', 'CHOSEN ON THE TEST SET by testAccuracy: '],
    ['train', 'CHOSEN ON THE TRAINING ROWS by trainAccuracy: '],
  ])('says first of all when the choice was made on the %s set', (part, sentence) => {
    const choice = part === 'test' ? { chooseOn: 'test' as const } : { maximize: 'trainAccuracy' as const }
    const { experiment, trials } = oneExperiment({ axes: { l2: [0, 1] }, ...choice })
    const [first, second] = formatTable(summarize(experiment, trials, [recordOf(0, [0.5])])).split('\n')
    expect(first?.startsWith(sentence)).toBe(true)
    expect(second).toMatch(/^Best: /)
  })

  it('ends with what stopping spared', () => {
    const { experiment, trials } = oneExperiment({
      base: { validation: 0.1, epochs: 3 },
      axes: { l2: [0, 1, 2] },
      search: { type: 'halving' },
    })
    const records = [recordOf(0, [0.1], 'pruned'), recordOf(1, [0.9, 0.9, 0.9]), recordOf(2, [0.2], 'pruned')]
    expect(formatTable(summarize(experiment, trials, records)).split('\n')).toEqual([
      "Best: 0.900000 using {'l2': 1}",
      "nan (nan) with: {'l2': 0}  # stopped: place 3 of 3 after 1 epoch (0.100000), 1 went on",
      "0.900000 (0.000000) with: {'l2': 1}",
      "nan (nan) with: {'l2': 2}  # stopped: place 2 of 3 after 1 epoch (0.200000), 1 went on",
      'Stopped 2 of 3 trials early: 4 of 9 epochs spared, about 4 seconds.',
      '',
    ])
  })
})

describe('tableRows', () => {
  it('has one row for each combination, every value in a column', () => {
    const { experiment, trials } = oneExperiment({ axes: { 'model.hidden': [[8], [8, 4]] }, folds: { k: 2 } })
    const records = [0.5, 0.75, 0.25, 0.5].map((accuracy, i) => recordOf(i, [accuracy]))
    const csv = toCsv(tableRows(summarize(experiment, trials, records), { order: 'rank' }))
    expect(csv.split('\r\n')).toEqual([
      'experiment,combination,status,rank,model.hidden,metric,chosenOn,mean,std,value_fold0_seed1,value_fold1_seed1,meanSeconds,stdSeconds,reasonKind,reason',
      'test,0,done,1,[8],validationAccuracy,folds,0.625,0.125,0.5,0.75,1,0,,',
      'test,1,done,2,"[8,4]",validationAccuracy,folds,0.375,0.125,0.25,0.5,1,0,,',
      '',
    ])
  })
})

describe('pythonText', () => {
  it.each<[Parameters<typeof pythonText>[0], string]>([
    [{ batch_size: 50, rate: 0.001 }, "{'batch_size': 50, 'rate': 0.001}"],
    [
      [0.0001, 0.00001, 1.5e-7, 1e16, 1e21, 123456789, -0.5, 0],
      '[0.0001, 1e-05, 1.5e-07, 1e+16, 1e+21, 123456789, -0.5, 0]',
    ],
    [[true, false, null], '[True, False, None]'],
    [{ type: 'sgd', nested: { a: [1] } }, "{'type': 'sgd', 'nested': {'a': [1]}}"],
    [
      ["it's", 'a "word"', `both ' and "`, 'back\\slash'],
      `["it's", 'a "word"', 'both \\' and "', 'back\\\\slash']`,
    ],
  ])('%j', (value, text) => {
    expect(pythonText(value)).toBe(text)
  })
})
