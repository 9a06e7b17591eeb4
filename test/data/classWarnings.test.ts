import { describe, expect, it } from 'vitest'
import { classWarnings, foldWarnings } from '../../src/data/classWarnings.ts'
import { kFold } from '../../src/data/folds.ts'

const classes = ['Bag', 'Coat', 'Shirt']
const dataset = (labels: readonly number[]) => ({ classes, train: { labels: Uint8Array.from(labels) } })
const rows = (...all: number[]): Uint32Array => Uint32Array.from(all)
const told = (warnings: readonly { readonly message: string }[]): string[] =>
  warnings.map(({ message }) => message)

describe('classWarnings', () => {
  it('says nothing where every class is trained and validated', () => {
    const all = dataset([0, 1, 2, 0, 1, 2])
    expect(classWarnings(all, { train: rows(0, 1, 2), validation: rows(3, 4, 5) })).toEqual([])
    expect(classWarnings(all, { train: rows(0, 1, 2), validation: rows() })).toEqual([])
  })

  it('names classes that are not trained, not validated, or alone', () => {
    const all = dataset([0, 1, 2, 0, 1, 2])
    expect(classWarnings(all, { train: rows(0, 1), validation: rows(2, 3) })).toEqual([
      {
        ...{ type: 'notTrained', classes: ['Shirt'], fold: null },
        message: 'no training row is of class "Shirt": the model cannot learn to recognise it.',
      },
      {
        ...{ type: 'notValidated', classes: ['Coat'], fold: null },
        message: 'no validation row is of class "Coat": validation scores say nothing of it.',
      },
    ])
    expect(told(classWarnings(all, { train: rows(1, 4), validation: rows(1) }, 2))).toEqual([
      'fold 2: all training rows are of class "Coat": there is nothing to tell apart.',
    ])
  })
})

describe('foldWarnings', () => {
  const folds = (labels: readonly number[], k: number, kind: 'stratified' | 'contiguous') => {
    const all = dataset(labels)
    const every = Uint32Array.from(labels.keys())
    return told(foldWarnings(all, kFold(all.train.labels, every, { k, kind, seed: 1 })))
  }

  it('names a class with fewer rows than folds, once', () => {
    expect(folds([0, 0, 0, 0, 1, 1, 1, 1, 2, 2], 3, 'stratified')).toEqual([
      'class "Shirt" has 2 rows, fewer than the 3 folds: some folds have none to validate with.',
    ])
  })

  it('names a class that the training rows of a fold lack, and the fold', () => {
    expect(folds([0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 2, 2, 2, 2], 3, 'contiguous')).toEqual([
      'fold 1: no validation row is of class "Shirt": validation scores say nothing of it.',
      'fold 2: no validation row is of class "Shirt": validation scores say nothing of it.',
      'fold 3: no training row is of class "Shirt": the model cannot learn to recognise it.',
      'fold 3: no validation row is of class "Bag": validation scores say nothing of it.',
    ])
  })

  it('says nothing of classes with as many rows as folds', () => {
    expect(folds([0, 0, 1, 1, 2, 2], 2, 'stratified')).toEqual([])
  })
})
