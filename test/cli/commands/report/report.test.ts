import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { call, lastLine, readJson, temporaryFolders, writeBands } from '../../atelier.ts'

const folder = temporaryFolders()
let data = ''
/** Where a study was run with a refit, for all tests that only read it. */
let cwd = ''

const study = `name: sizes
base: { model: { type: mlp, hidden: [4] }, optimizer: { type: sgd, learningRate: 0.1 }, epochs: 2 }
axes: { batchSize: [10, 20], model.activation: [relu, tanh] }
folds: { k: 2 }
`

beforeAll(async () => {
  data = await folder()
  await writeBands(data, { train: 80, test: 20, side: 6 })
  cwd = await folder()
  await writeFile(join(cwd, 'sizes.yaml'), study)
  const ran = await call(['run', 'sizes.yaml', '--data', data, '--workers', '1', '--refit'], { cwd })
  expect([ran.code, ran.stderr]).toEqual([0, ''])
})

describe('atelier report STUDY', () => {
  test('writes a page, figures, tables and numbers, with the refit and how to repeat the study', async () => {
    const ended = await call(['report', 'sizes', '--data', data], { cwd })
    expect([ended.code, ended.stderr]).toEqual([0, ''])
    expect(ended.stdout).toMatch(/sizes +validationAccuracy +\d+\.\d\d % +\{'batchSize'/)
    const home = join(cwd, 'runs/sizes')
    expect((await readdir(join(home, 'figures'))).filter((name) => name.endsWith('.svg'))).toEqual([
      'sizes-refit-confusion.svg',
      'sizes-refit-misclassified.svg',
      'sizes.svg',
    ])
    expect(await readdir(join(home, 'tables'))).toEqual(
      expect.arrayContaining(['importance.csv', 'sizes.csv', 'sizes-refit-confusion.csv']),
    )
    expect(await readJson(join(home, 'results.json'))).toMatchObject({
      format: 2,
      study: 'sizes',
      publication: null,
      compared: false,
      totals: { trainings: 8, epochs: 16 },
      experiments: [{ id: 'sizes', state: 'done', missing: [], models: [{ id: 'sizes-refit' }] }],
    })
    const html = await readFile(join(home, 'report.html'), 'utf8')
    expect(html).toContain('Study sizes')
    expect(html).toContain('recall of each class')
    // The study beside the report trains nothing new: it is the same study.
    const again = await call(['run', 'runs/sizes/study.yaml', '--data', data, '--workers', '1', '--json'], {
      cwd,
    })
    expect(again.code).toBe(0)
    expect(again.stdout).not.toContain('"type":"trial"')
  })

  test('--against compares with published numbers', async () => {
    const published = `title: Sizes
numbers:
  - { id: half, title: Accuracy with batch size 10, value: 0.5, headline: true, ours: { part: sizes, metric: validationAccuracy, where: { batchSize: 10 } } }
  - { id: best, title: Best batch size, value: 20, ours: { part: sizes, chosen: batchSize } }
`
    await writeFile(join(cwd, 'published.yaml'), published)
    const out = join(cwd, 'compared')
    const args = ['report', 'sizes', '--data', data, '--against', 'published.yaml', '--out', out]
    const ended = await call(args, { cwd })
    expect([ended.code, ended.stderr]).toEqual([0, ''])
    expect(ended.stdout).toContain('50.00 %')
    expect(await readJson(join(out, 'results.json'))).toMatchObject({
      compared: true,
      experiments: [
        {
          comparisons: [
            { id: 'half', published: 0.5, count: 4 },
            { id: 'best', published: 20, unit: 'setting' },
          ],
        },
      ],
    })
    expect(await readFile(join(out, 'report.html'), 'utf8')).toContain('2 numbers compared')
  })

  test.each([
    ['part: sizs', 'Did you mean "sizes"?'],
    ['part: sizes, epoch: 9', 'trains for 2 epochs'],
    ['part: sizes, where: { batchSize: 11 }', 'has no combination with'],
    ['part: sizes, metric: testAcuracy', 'Did you mean "testAccuracy"?'],
  ])('published numbers with { %s } are refused in one line', async (ours, said) => {
    const metric = ours.includes('metric') ? '' : ', metric: validationAccuracy'
    const text = `title: Sizes\nnumbers: [{ id: a, title: A, value: 0.5, ours: { ${ours}${metric} } }]\n`
    await writeFile(join(cwd, 'wrong.yaml'), text)
    const ended = await call(['report', 'sizes', '--data', data, '--against', 'wrong.yaml'], { cwd })
    expect(ended.code).toBe(2)
    expect(ended.stderr).toContain(said)
    expect(ended.stderr).toMatch(/^error: wrong\.yaml/)
  })

  test('a half-done study says what is missing', async () => {
    const half = await folder()
    await writeFile(join(half, 'sizes.yaml'), study)
    await call(['run', 'sizes.yaml', '--data', data, '--workers', '1', '--trials', '3'], { cwd: half })
    const ended = await call(['report', 'sizes', '--data', data], { cwd: half })
    expect([ended.code, ended.stderr]).toEqual([0, ''])
    const html = await readFile(join(half, 'runs/sizes/report.html'), 'utf8')
    expect(html).toContain('5 of 8 trainings of sizes have not been run.')
  })

  test('other data than it was trained on is refused, and unknown data asked for', async () => {
    const other = await folder()
    await writeBands(other, { train: 60, test: 20, side: 6, seed: 3 })
    const refused = await call(['report', 'sizes', '--data', other], { cwd })
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('is not what the study "sizes" was trained on')
    const unknown = await call(['report', 'sizes'], { cwd })
    expect(unknown.code).toBe(1)
    expect(unknown.stderr).toContain('--data FOLDER')
  })

  test('a study that was never run is refused with the nearest name', async () => {
    const ended = await call(['report', 'size', '--data', data], { cwd })
    expect(ended.code).toBe(2)
    expect(ended.stderr).toContain('Did you mean "sizes"?')
  })

  test('options of reproductions do not apply', async () => {
    const ended = await call(['report', 'sizes', '--quick', '--data', data], { cwd })
    expect([ended.code, ended.stderr]).toEqual([2, 'error: --quick: only applies to reproductions.\n'])
  })

  test('--json ends with the path of the report', async () => {
    const ended = await call(['report', 'sizes', '--data', data, '--json'], { cwd })
    expect(lastLine(ended.stdout)).toMatchObject({
      type: 'report',
      path: expect.stringMatching(/report\.html$/),
    })
  })
})
