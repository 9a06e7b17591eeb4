import { describe, expect, it } from 'vitest'
import { fitPreprocessing } from '../../../src/data/preprocess.ts'
import { foldRows, Preparation } from '../../../src/study/run/preparation.ts'
import { tinyDataset } from '../../train/tiny.ts'

const dataset = tinyDataset()
const features = 25
const fold = (index: number, k = 3) => ({ k, kind: 'stratified', seed: 1, index }) as const

describe('what the trials of a study have in common', () => {
  it('rows of folds are those that are worked out afresh, whatever was asked before', () => {
    const preparation = new Preparation(dataset)
    const asked = [
      [{}, fold(0)],
      [{}, fold(2)],
      [{ limit: 40 }, fold(2)],
      [{}, { ...fold(2), seed: 2 }],
      [{}, fold(1, 4)],
      [{}, { ...fold(1, 4), kind: 'contiguous', seed: 0 }],
      [{}, fold(0)],
    ] as const
    for (const [config, of] of asked)
      expect(preparation.rows(config, of)).toEqual(foldRows(dataset, config, of))
    expect(preparation.rows({}, fold(0))).toBe(preparation.rows({}, fold(0)))
    expect(() => preparation.rows({}, fold(3))).toThrow('there is no fold 3 of 3.')
  })

  it('preprocessing is fitted once for the same rows and kind, and never taken from others', () => {
    const { fitWith } = new Preparation(dataset)
    const [first, second] = [foldRows(dataset, {}, fold(0)).train, foldRows(dataset, {}, fold(1)).train]
    const known = fitWith('standardize-pixel', dataset.train, features, first)
    const ask = (kind: 'standardize' | 'standardize-pixel', rows: Uint32Array) => {
      const fitted = fitWith(kind, dataset.train, features, rows)
      expect(fitted).toEqual(fitPreprocessing(kind, dataset.train, features, rows))
      return fitted
    }
    expect(ask('standardize-pixel', first.slice())).toBe(known)
    expect(ask('standardize-pixel', second)).not.toBe(known)
    expect(ask('standardize', first)).not.toBe(known)
    expect(ask('standardize-pixel', first.subarray(1))).not.toBe(known)
    expect(ask('standardize-pixel', first)).toBe(known)
  })

  it('rows that change after they were fitted on are other rows', () => {
    const { fitWith } = new Preparation(dataset)
    const rows = Uint32Array.of(1, 2, 3)
    const before = fitWith('standardize-pixel', dataset.train, features, rows)
    rows[0] = 9
    expect(fitWith('standardize-pixel', dataset.train, features, rows)).not.toEqual(before)
    expect(fitWith('scale', dataset.test, features, rows)).toEqual(
      fitPreprocessing('scale', dataset.test, features, rows),
    )
  })
})
