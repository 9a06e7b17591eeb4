import { expect, it } from 'vitest'
import { publishedValue } from '../../src/reproduction/publishedValue.ts'
import { expandStudy, type TrialSpec } from '../../src/study/search/expand.ts'
import { reproductionFrom, smallFiles } from '../report/smallReproduction.ts'

const reproduction = reproductionFrom(smallFiles)
const leaves = { name: 'Garden leaves', synthetic: false, trainRows: 600 }

function configOf(part: string): TrialSpec['config'] {
  const trial = expandStudy(reproduction.study).find(({ experiment }) => experiment === part)
  if (trial === undefined) throw new Error(`no part ${part}`)
  return trial.config
}
const curve = configOf('slow-curve')

it('is the one that was read off the curve of the same training', () => {
  expect(publishedValue(reproduction, curve, leaves)).toEqual({
    section: 'III',
    figure: 21,
    epochs: 2,
    testAccuracy: 0.6543,
    disputes: [],
  })
  expect(publishedValue(reproduction, { ...curve, epochs: 9, seed: 3 }, leaves)).toBeDefined()
})

it('names the contradictions of the publication about it', () => {
  const published = smallFiles.published.replace('disputes: [decay]', 'disputes: [decay, curve]')
  const disputed = reproductionFrom({ ...smallFiles, published })
  expect(publishedValue(disputed, curve, leaves)?.disputes).toEqual(['Two best decays'])
})

it('is not known for another training or other data', () => {
  expect(publishedValue(reproduction, { ...curve, batchSize: 21 }, leaves)).toBeUndefined()
  expect(
    publishedValue(reproduction, configOf('penalty'), { ...leaves, name: 'Fashion-MNIST' }),
  ).toBeUndefined()
  expect(publishedValue(reproduction, curve, { ...leaves, synthetic: true })).toBeUndefined()
  expect(publishedValue(reproduction, curve, { ...leaves, trainRows: 599 })).toBeUndefined()
})
