import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { studyConfig } from '../../../src/study/definition/config.ts'
import { changedStudyError, describeChange } from '../../../src/study/definition/diff.ts'
import { base } from '../studies.ts'

const held = { ...base, validation: 0.1 }
const study = (changes: object = {}) =>
  studyConfig({ name: 'grid', base: held, axes: { batchSize: [50, 100], l2: [0, 1] }, ...changes })

describe('describeChange', () => {
  it('finds nothing in the same study, whatever the order of its keys', () => {
    const turned = study({ axes: { l2: [0, 1], batchSize: [50, 100] } })
    expect(describeChange(study(), turned)).toEqual({ lines: [], kept: 4, added: 0, removed: 0 })
  })

  it('says which value changed, and what that does to the trials', () => {
    const after = study({ axes: { batchSize: [50, 200, 400], l2: [0, 1] }, base: { ...held, shuffle: true } })
    expect(describeChange(study(), after)).toEqual({
      lines: [
        'experiments.grid.axes.batchSize: [50, 100] -> [50, 200, 400]',
        'experiments.grid.base.shuffle: added True',
      ],
      kept: 2,
      added: 4,
      removed: 2,
    })
  })

  it('knows experiments by their id', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((id, l2) => ({ id, base: { ...held, l2 } }))
    const before = studyConfig({ name: 'three', experiments: [a, b, c] })
    expect(describeChange(before, studyConfig({ name: 'three', experiments: [b, c] }))).toMatchObject({
      lines: [expect.stringMatching(/^experiments\.a: removed \{/)],
      kept: 2,
      removed: 1,
    })
    expect(describeChange(before, studyConfig({ name: 'three', experiments: [b, a, c] }))).toEqual({
      lines: ['order of experiments: a, b, c -> b, a, c'],
      kept: 3,
      added: 0,
      removed: 0,
    })
  })

  it('counts back what it counts forth', () => {
    const some = fc
      .subarray([1, 2, 3, 4], { minLength: 1 })
      .map((batchSize) => study({ axes: { batchSize } }))
    fc.assert(
      fc.property(some, some, (one, other) => {
        const [forth, back] = [describeChange(one, other), describeChange(other, one)]
        expect([forth.kept, forth.added, forth.removed]).toEqual([back.kept, back.removed, back.added])
      }),
      { numRuns: 20 },
    )
  })

  it('makes one error of it', () => {
    const change = describeChange(study(), study({ seeds: [1, 2] }))
    expect(changedStudyError(change, 'grid.yaml').message).toBe(
      'grid.yaml: has changed since it was begun:\n  experiments.grid.seeds: added [1, 2]\n 4 of its trials stay, 4 are new, 0 are gone. Undo the change, or begin a new study with --fork or another name.',
    )
  })
})
