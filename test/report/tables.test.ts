import { expect, it } from 'vitest'
import { tablesOf } from '../../src/report/tables.ts'
import { sampleResults } from './sampleResults.ts'

const complete = await sampleResults()
const tables = new Map(tablesOf(complete).map(({ name, text }) => [name, text]))

function linesOf(name: string): string[] {
  return (tables.get(name) ?? '').split('\r\n').slice(0, -1)
}

it('no two tables have the same name, and none is empty', () => {
  expect(tables.size).toBe(tablesOf(complete).length)
  for (const name of tables.keys()) {
    expect(name).toMatch(/^[a-z0-9-]+$/)
    expect(linesOf(name).length, name).toBeGreaterThan(1)
  }
})

it('has a line for each comparison, setting and claim', () => {
  const comparisons = complete.experiments.flatMap((each) => each.comparisons)
  expect(linesOf('comparisons').length).toBe(1 + comparisons.length)
  expect(linesOf('settings').length).toBe(1 + complete.settings.length)
  const claims = complete.contradictions.flatMap((each) => each.claims)
  expect(linesOf('contradictions').length).toBe(1 + claims.length)
  expect(linesOf('comparisons').find((line) => line.includes('cnn/accuracyCurve/accuracy'))).toMatch(
    /^Fashion-MNIST,cnn,cnn\/accuracyCurve\/accuracy,4\.5,5,Test accuracy after 8 epochs,accuracy,0\.9079,0\.9/,
  )
})

it('has combinations, trainings and epochs of each part that has them', () => {
  expect(linesOf('l2').length).toBe(1 + 7)
  expect(linesOf('l2-runs').length).toBe(1 + 7 * 3)
  expect(tables.has('l2-epochs')).toBe(false)
  expect(linesOf('mlp-2-curve-epochs').length).toBe(1 + 3 * 15)
  expect(linesOf('width-depth')[1]).toMatch(/^Fashion-MNIST,\[32\],done,test,/)
  expect(linesOf('cnn-grid-runs')[0]).toContain('batchSize,optimizer.learningRate,seed,fold,status')
})

it('the finalists stand with both of their scores, and which was chosen', () => {
  const [header, ...lines] = linesOf('second-stage')
  expect(header).toBe(
    'data,stage,search,batchSize,optimizer.learningRate,searchEpochs,searchRank,searchMean,searchStd,epochs,mean,std,rank,chosen',
  )
  expect(lines.map((line) => line.split(',').slice(1, 3).join())).toEqual([
    ...Array(3).fill('final-mlp,further-folds'),
    ...Array(3).fill('final-cnn,cnn-grid'),
  ])
  expect(lines.filter((line) => line.endsWith(',1,yes')).length).toBe(2)
  expect(lines.filter((line) => line.endsWith(',no')).length).toBe(4)
  expect(linesOf('final-cnn-runs').length).toBe(1 + 9)
  expect(linesOf('choices').filter((line) => line.includes(',final-cnn,')).length).toBe(1)
})

it('the confusion matrix names its classes', () => {
  const [header, first] = linesOf('best-cnn-confusion')
  expect(header).toMatch(/^data,class,as T-shirt\/top,as Trouser,.*,recall$/)
  const [model] = complete.experiments.flatMap(({ models }) => models.filter(({ id }) => id === 'best-cnn'))
  const row = ['Fashion-MNIST', 'T-shirt/top', ...(model?.confusion[0] ?? []), model?.recall[0]]
  expect(first).toBe(row.join(','))
  expect(linesOf('best-mlp-misclassified').length).toBe(1 + 25)
})

it('every line says what data it is of', async () => {
  const synthetic = tablesOf(await sampleResults('synthetic'))
  expect(synthetic.map(({ name }) => name)).not.toContain('comparisons')
  expect(synthetic.map(({ name }) => name)).not.toContain('settings')
  for (const { text, name } of synthetic) {
    for (const line of text.split('\r\n').slice(1, -1)) {
      expect(line.startsWith('synthetic garments (drawn by a program),'), name).toBe(true)
    }
  }
  const quick = tablesOf(await sampleResults('quick'))
  for (const { text } of quick)
    expect(text).toContain('\r\n"Fashion-MNIST, a fraction of the training rows",')
})

it('of a study that was never run there are the paper and what is missing', async () => {
  const names = tablesOf(await sampleResults('empty')).map(({ name }) => name)
  expect(names.slice(0, 4)).toEqual(['experiments', 'comparisons', 'settings', 'contradictions'])
  expect(names).not.toContain('best-mlp-confusion')
  expect(names).not.toContain('gradient-check')
})

it('has a line for the share of each axis and pair of axes of a search', () => {
  const [header, ...lines] = linesOf('importance')
  expect(header).toBe('data,part,axes,share')
  const own = lines.filter((line) => line.startsWith('Fashion-MNIST,cnn-grid,'))
  expect(own.map((line) => line.split(',')[2])).toEqual([
    'batchSize',
    'optimizer.learningRate',
    'batchSize and optimizer.learningRate',
    'more axes together',
  ])
  const sum = own.reduce((total, line) => total + Number(line.split(',')[3]), 0)
  expect(sum).toBeCloseTo(1, 9)
})

it('an experiment of the name of another table gets a name of its own', () => {
  const [first] = complete.experiments.flatMap(({ parts }) => parts)
  const [experiment] = complete.experiments
  if (first === undefined || experiment === undefined) throw new Error('no experiments')
  const parts = [{ ...first, id: 'settings' }]
  const names = tablesOf({ ...complete, experiments: [{ ...experiment, parts }] }).map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['settings', 'settings-experiment']))
})
