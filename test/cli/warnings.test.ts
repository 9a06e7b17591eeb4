import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { call, jsonLines, temporaryFolders, writeBands } from './atelier.ts'

const folder = temporaryFolders()

test('atelier train warns in one line of classes that no training row has, and in its JSON', async () => {
  const cwd = await folder()
  await writeBands(cwd, { train: 30, test: 9 })
  const args = [
    'train',
    'mlp',
    '--hidden',
    '3',
    '--data',
    '.',
    '--limit',
    '2',
    '--batch',
    '2',
    '--epochs',
    '1',
  ]
  const { code, stderr, stdout } = await call([...args, '--threads', '1', '--json'], { cwd })
  expect(code).toBe(0)
  expect(stderr).toBe('Warning: no training row is of class "2": the model cannot learn to recognise it.\n')
  expect(jsonLines(stdout)[0]).toMatchObject({
    ...{ type: 'start', warnings: [{ type: 'notTrained', classes: ['2'], fold: null }] },
  })
})

test('a study warns once for a class and a fold, and not once for each trial', async () => {
  const cwd = await folder()
  await writeBands(cwd, { train: 30, test: 9 })
  const study = `
name: folds
data: .
base: { model: { type: mlp, hidden: [3] }, optimizer: { type: sgd, learningRate: 0.1 }, batchSize: 2, epochs: 1, limit: 7 }
axes: { l2: [0, 1, 2] }
folds: { k: 3 }
`
  await writeFile(join(cwd, 'study.yaml'), study)
  const { code, stderr, stdout } = await call(['run', 'study.yaml', '--json'], { cwd })
  expect(stderr).toBe(
    [1, 2]
      .map(
        (label) =>
          `Warning: class "${label}" has 2 rows, fewer than the 3 folds: some folds have none to validate with.\n`,
      )
      .join(''),
  )
  expect(code).toBe(0)
  expect(jsonLines(stdout)[0]).toMatchObject({
    type: 'start',
    warnings: [{ classes: ['1'] }, { classes: ['2'] }],
  })
})
