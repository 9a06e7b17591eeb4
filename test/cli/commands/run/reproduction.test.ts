import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { openStudyStore } from '../../../../src/store/studyStore.node.ts'
import { newStudy } from '../../../store/studyFixtures.ts'
import {
  call,
  type Ended,
  jsonLines,
  lastLine,
  readJson,
  start,
  temporaryFolders,
  writeBands,
} from '../../atelier.ts'

const folder = temporaryFolders()
let data = ''
/** Where it was run once, for all tests that only look or have little to add. */
let cwd = ''
let ended: Ended

/** Three trainings of 8 epochs on 600 small images. */
const some = ['run', 'paper', '--only', 'activations,gradient-check', '--workers', '1']

beforeAll(async () => {
  data = await folder()
  await writeBands(data, { train: 600, test: 60 })
  cwd = await folder()
  ended = await call([...some, '--data', data], { cwd })
})

describe('atelier run paper', () => {
  test('trains what was asked for, and writes a report that says what is missing', async () => {
    expect([ended.code, ended.stderr]).toEqual([0, ''])
    expect(ended.stdout).toMatch(/^Checking gradients \.\.\.\npaper: \d+ trials, 3 of them now, 1 worker\n/)
    expect(ended.stdout).toMatch(/\nactivations +testAccuracy +\d+\.\d\d % +/)
    expect(ended.stdout).toContain('\nNot run: mlp-0, mlp-1, mlp-2, l2,')
    expect(ended.stdout).toMatch(/\n3 trainings, 24 epochs, 14,400 images: .* of training/)
    expect(ended.stdout).toMatch(/\nreport: runs\/paper\/report\.html\n$/)
    const results = await readJson(join(cwd, 'runs/paper/results.json'))
    expect(results).toMatchObject({ quick: false, totals: { trainings: 3, epochs: 24, images: 14_400 } })
    expect(await readdir(join(cwd, 'runs/paper'))).toEqual([
      'figures',
      'files.json',
      'gradient-check.json',
      'report.html',
      'results.json',
      'tables',
    ])
  })

  test('has nothing to do a second time, and leaves the report alone', async () => {
    const report = join(cwd, 'runs/paper/report.html')
    const before = await stat(report)
    const again = await call([...some, '--data', data, '--json'], { cwd })
    expect(jsonLines(again.stdout).filter(({ type }) => type === 'trial')).toEqual([])
    expect(lastLine(again.stdout)).toMatchObject({
      type: 'report',
      path: expect.stringMatching(/runs\/paper\/report\.html$/),
    })
    expect((await stat(report)).mtimeMs).toBe(before.mtimeMs)
    const forced = await call([...some, '--data', data, '--json', '--force'], { cwd })
    expect(jsonLines(forced.stdout).filter(({ type }) => type === 'trial')).toHaveLength(3)
  })

  test('data that is neither Fashion-MNIST nor drawn is compared with nothing', async () => {
    const html = await readFile(join(cwd, 'runs/paper/report.html'), 'utf8')
    expect(html).not.toContain('87.74')
    expect(html).toContain('OTHER DATA')
    expect(await readJson(join(cwd, 'runs/paper/results.json'))).toMatchObject({ settings: [] })
  })

  test.each([
    [['--only', 'dropuot'], 'dropout'],
    [['--only', ','], '--only'],
    [['--seeds', '0'], '--seeds'],
    [['--limit', '10'], '--limit'],
  ])('%j is refused', async (args, said) => {
    const ended = await call(['run', 'paper', ...args, '--data', data], { cwd: await folder() })
    expect(ended.code).toBe(2)
    expect(ended.stderr).toContain(said)
  })

  test('options of the paper mean nothing for other studies', async () => {
    const cwd = await folder()
    await writeFile(join(cwd, 'study.yaml'), 'name: a\nbase: { model: { type: mlp } }\n')
    const ended = await call(['run', 'study.yaml', '--quick'], { cwd })
    expect([ended.code, ended.stderr]).toEqual([
      2,
      'error: --quick: only applies to reproductions, such as "paper".\n',
    ])
  })

  test('a folder that cannot be written is known before anything is trained', async () => {
    const cwd = await folder()
    await writeFile(join(cwd, 'file'), '')
    const ended = await call([...some, '--data', data, '--out', 'file/report'], { cwd })
    expect(ended.code).toBe(1)
    expect(ended.stderr).toContain('file/report')
    expect(ended.stdout).toBe('')
  })
})

describe('atelier run paper --only best', () => {
  /** On so few rows the larger batches of the searches fail, as they cannot be filled. */
  async function few(side: number): Promise<string> {
    const small = await folder()
    await writeBands(small, { train: 100, test: 30, side })
    return small
  }
  const best = (small: string) => ['run', 'paper', '--only', 'best', '--workers', '1', '--data', small]

  /** Data, and a folder where the searches are done: 125 trials of the network's, and 129 of "further". */
  async function searched(): Promise<{ cwd: string; small: string }> {
    searches ??= (async () => {
      const [cwd, small] = [await folder(), await few(8)]
      const ended = await call([...best(small), '--trials', '254'], { cwd })
      expect(ended.stdout).not.toContain('\npaper.finals: ')
      expect(ended.stdout).toContain('\nThe budget of trials is used up; to go on:\n')
      return { cwd, small }
    })()
    const { cwd, small } = await searches
    const own = await folder()
    await cp(join(cwd, 'runs'), join(own, 'runs'), { recursive: true })
    return { cwd: own, small }
  }
  let searches: Promise<{ cwd: string; small: string }> | undefined

  test('searches, lets the best of them go on, and refits the best of these; then there is nothing left to do', async () => {
    const [cwd, small] = [await folder(), await few(8)]
    const ended = await call(best(small), { cwd })
    expect([ended.code, ended.stderr]).toEqual([0, ''])
    const begun = [...ended.stdout.matchAll(/^(paper\S*): (\d+) trials/gm)].map(([, ...each]) => each)
    expect(begun).toEqual([
      ['paper', '406'],
      ['paper.finals', '18'],
      ['paper.best', '2'],
    ])
    const finals = await readFile(join(cwd, 'runs/paper/tables/second-stage.csv'), 'utf8')
    const lines = finals.split('\r\n').slice(1, -1)
    expect(lines.map((line) => line.split(',')[1])).toEqual([
      ...Array(3).fill('final-mlp'),
      ...Array(3).fill('final-cnn'),
    ])
    const again = await call(best(small), { cwd })
    // 20 of 25 combinations failed on each of 5 folds, and three optimizers: nobody asked for them once more.
    expect(again.stdout).toContain('51 done before, 203 failed before')
    expect(again.stdout).toContain('paper.finals: 18 trials, 0 workers\n18 done before')
    expect(again.stdout).not.toMatch(/^trial /m)
    const retried = await call([...best(small), '--retry-failed'], { cwd })
    expect(retried.stdout).toContain('203 failed trials once more')
    expect(retried.stdout.match(/^trial /gm)).toHaveLength(203)
  })

  test('a budget that ends the searches early decides nothing, nor does what another version chose', async () => {
    const [cwd, small] = [await folder(), await few(8)]
    const ended = await call([...best(small), '--trials', '140'], { cwd })
    expect(ended.code).toBe(0)
    expect(ended.stdout).not.toContain('paper.finals')
    expect(await readJson(join(cwd, 'runs/paper/results.json'))).toMatchObject({
      experiments: expect.arrayContaining([
        expect.objectContaining({ id: 'best', state: 'missing', parts: [] }),
      ]),
    })
    const store = await openStudyStore(join(cwd, 'runs/atelier.db'))
    await store.beginStudy(newStudy({ name: 'paper.finals', codeVersion: 'another' }))
    await store.close()
    const report = await call(['report', 'paper', '--data', small], { cwd })
    expect([report.code, report.stderr]).toEqual([0, ''])
    const rest = await call([...best(small), '--trials', '258'], { cwd })
    expect([rest.code, rest.stderr]).toEqual([0, ''])
    expect(rest.stdout).toContain('\npaper.finals (revision 2): 18 trials')
  })

  test('a budget is one of all stages together, and the command that goes on is named', async () => {
    const { cwd, small } = await searched()
    const none = await call([...best(small), '--minutes', '0.00001'], { cwd })
    expect(none.stdout).not.toMatch(/^trial /m)
    expect(none.stdout).toMatch(
      /\nThe budget of minutes is used up; to go on:\n {2}.* run paper --only best --workers 1 --data \S+\n$/,
    )
    const some = await call([...best(small), '--trials', '258'], { cwd })
    expect(some.stdout).toContain('\npaper.finals: 18 trials, the first 4 of them now')
    expect(some.stdout).not.toContain('\npaper.best: ')
    expect(some.stdout).toContain('\nThe budget of trials is used up; to go on:\n')
    const rest = await call(best(small), { cwd })
    expect(rest.stdout).toContain('\npaper.best: 2 trials')
    expect(rest.stdout).not.toContain('The budget')
  })

  test('Ctrl-C in the finals saves them, and the next run goes on from there', async () => {
    const { cwd, small } = await searched()
    const running = start(best(small), { cwd })
    await running.until('stdout', (text) => /paper\.finals.*trial +1\//s.test(text))
    running.child.kill('SIGINT')
    const { code, stderr } = await running.ended
    expect([code, stderr.split('\n').at(-2)]).toEqual([130, expect.stringContaining('run paper --only best')])
    const rest = await call(best(small), { cwd })
    expect(rest.stdout).toMatch(/paper\.finals: 18 trials, 1 worker\n\d+ done before/)
    expect(rest.stdout).toContain('paper.best: 2 trials')
  })
})

describe('atelier run paper --engine', () => {
  const other = [
    'run',
    'paper',
    '--only',
    'activations,gradient-check',
    '--engine',
    'reference',
    '--workers',
    '1',
  ]

  test('trains with it, beside what another engine has done, and the report says which it was', async () => {
    const [cwd, small] = [await folder(), await folder()]
    await writeBands(small, { train: 400, test: 30, side: 8 })
    const usual = await call([...some, '--data', small], { cwd })
    const ended = await call([...other, '--data', small], { cwd })
    expect([usual.code, ended.code, ended.stderr]).toEqual([0, 0, ''])
    expect(ended.stdout).toMatch(/^paper\.reference: \d+ trials, 3 of them now, 1 worker\n/m)
    const path = join(cwd, 'runs/paper.reference/results.json')
    const results = await readJson(path)
    expect(results).toMatchObject({
      engine: 'reference',
      command: 'atelier run paper --engine reference',
      environments: [{ engine: 'reference' }],
      experiments: expect.arrayContaining([
        expect.objectContaining({ id: 'gradient-check', state: 'done' }),
        expect.objectContaining({ command: 'atelier run paper --only activations --engine reference' }),
      ]),
    })
    const html = await readFile(join(cwd, 'runs/paper.reference/report.html'), 'utf8')
    expect(html).toContain('engine reference')
    expect(await readJson(join(cwd, 'runs/paper/results.json'))).toMatchObject({
      engine: 'simd',
      environments: [{ engine: 'simd' }],
    })
    // Both are found again, the usual one without being named.
    const [found, asked] = [
      await call(['report', 'paper', '--data', small, '--json'], { cwd }),
      await call(['report', 'paper', '--engine', 'reference', '--data', small, '--json'], { cwd }),
    ]
    expect(lastLine(found.stdout)).toMatchObject({ path: join(cwd, 'runs/paper/report.html') })
    expect(lastLine(asked.stdout)).toMatchObject({ path: join(cwd, 'runs/paper.reference/report.html') })
    expect(await readJson(path)).toEqual(results)
  })

  test('what only another engine has run is found without being named', async () => {
    const [cwd, small] = [await folder(), await folder()]
    await writeBands(small, { train: 400, test: 30, side: 8 })
    const stopped = await call([...other, '--data', small, '--trials', '1'], { cwd })
    expect(stopped.code).toBe(0)
    expect(stopped.stdout).toContain('The budget of trials is used up; to go on:\n')
    expect(stopped.stdout).toContain('run paper --engine reference --only activations,gradient-check')
    const found = await call(['report', 'paper', '--data', small, '--json'], { cwd })
    expect(lastLine(found.stdout)).toMatchObject({ path: join(cwd, 'runs/paper.reference/report.html') })
  })

  test.each([
    ['smid', 'Did you mean "simd"?'],
    ['', 'engine'],
  ])('"%s" is refused before data is read', async (name, said) => {
    const ended = await call(['run', 'paper', '--engine', name, '--data', 'nowhere'], { cwd: await folder() })
    expect(ended.code).toBe(2)
    expect(ended.stderr).toContain('--engine')
    expect(ended.stderr).toContain(said)
  })
})

describe('atelier report', () => {
  test('writes the report again, elsewhere if asked for', async () => {
    const again = await call(['report', 'paper', '--data', data, '--out', 'elsewhere'], { cwd })
    expect([again.code, again.stderr]).toEqual([0, ''])
    expect(again.stdout).toMatch(/\nreport: elsewhere\/report\.html \(.* s\)\n$/)
    const names = await readdir(join(cwd, 'elsewhere/figures'))
    expect(names).toContain('activations.svg')
    expect(names).toContain('activations.png')
  })

  test('what has not been run has no report', async () => {
    const none = await call(['report', 'paper', '--data', data], { cwd: await folder() })
    expect(none.code).toBe(2)
    expect(none.stderr).toContain('there is no store of studies')
    const quick = await call(['report', 'paper', '--quick', '--data', data], { cwd })
    expect(quick.code).toBe(2)
    expect(quick.stderr).toContain('"paper.quick" has not been run')
  })

  test('other data than was trained on is refused', async () => {
    const other = await folder()
    await writeBands(other, { train: 500, test: 60, seed: 2 })
    const refused = await call(['report', 'paper', '--data', other], { cwd })
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('is not what the study "paper" was trained on')
  })

  test('offers the nearest name', async () => {
    const ended = await call(['report', 'papr'], { cwd })
    expect(ended.code).toBe(2)
    expect(ended.stderr).toContain('Did you mean "paper"?')
  })
})
