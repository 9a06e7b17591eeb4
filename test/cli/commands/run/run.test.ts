import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import {
  atelier,
  call,
  jsonLines,
  lastLine,
  runsIn,
  start,
  temporaryFolders,
  writeBands,
} from '../../atelier.ts'

const folder = temporaryFolders()
let data = ''

beforeAll(async () => {
  data = await folder()
  await writeBands(data, { train: 120, test: 30 })
})

const grid = {
  name: 'grid',
  base: { model: { type: 'mlp', hidden: [6] }, optimizer: { type: 'sgd' }, epochs: 2 },
  axes: { 'optimizer.learningRate': [0.01, 0.2], batchSize: [10, 20] },
  folds: { k: 2 },
}

/** A study of two learning rates, the second of which fails. */
const failing = (rate: number) => ({
  ...grid,
  base: { ...grid.base, batchSize: 10 },
  axes: { 'optimizer.learningRate': [rate, 1e39] },
})

/** A folder with a study file. */
async function withStudy(study: object = grid, name = 'grid.yaml'): Promise<string> {
  const cwd = await folder()
  await writeFile(join(cwd, name), stringify({ data, ...study }))
  return cwd
}

function tableIn(stdout: string): string {
  return stdout
    .split('\n')
    .filter((line) => /^Best: | with: /.test(line))
    .join('\n')
}

describe('atelier run', () => {
  test('ends with the table of GridSearchCV and the best configuration, ready to train', async () => {
    const cwd = await withStudy()
    const ended = await call(['run', 'grid.yaml', '--workers', '2'], { cwd })
    expect([ended.code, ended.stderr]).toEqual([0, ''])
    expect(ended.stdout).toMatch(/^grid: 8 trials, 2 workers\n/)
    expect(ended.stdout.match(/^trial {1,2}\d\/8 {2}0\.\d{6} \(.* s\) {2}batchSize \d0, /gm)).toHaveLength(8)
    expect(ended.stdout).toContain(
      'Chosen by validationAccuracy on 2 stratified folds of the training rows.\nBest: ',
    )
    expect(ended.stdout.match(/^\d\.\d{6} \(\d\.\d{6}\) with: \{'batchSize': \d0, .*\}$/gm)).toHaveLength(4)
    expect(ended.stdout).toContain('  atelier train runs/grid-best.yaml\n')
    const best = await readFile(join(cwd, 'runs/grid-best.yaml'), 'utf8')
    expect(best).toMatch(/^# The best of the study "grid": \d\.\d{6} \(\d\.\d{6}\)\.\n/)
    const trained = await call(['train', 'runs/grid-best.yaml', '--json', '--threads', '1'], { cwd })
    expect([trained.code, lastLine(trained.stdout)['type']]).toEqual([0, 'done'])
  })

  test('again is done at once; --sort and --details', async () => {
    const cwd = await withStudy()
    const first = await call(['run', 'grid.yaml', '--workers', '1'], { cwd })
    const again = await call(['run', 'grid.yaml', '--sort', '--details'], { cwd })
    expect(again.stdout).toMatch(/^grid: 8 trials, 0 workers\n8 done before\n/)
    expect(tableIn(again.stdout).split('\n')[0]).toBe(tableIn(first.stdout).split('\n')[0])
    const ranks = [...again.stdout.matchAll(/# rank (\d), \d+\.\d\d s a trial$/gm)].map(([, rank]) =>
      Number(rank),
    )
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
    expect(ranks).toHaveLength(4)
  })

  test('--json tells all as objects', async () => {
    const cwd = await withStudy()
    const { code, stdout, stderr } = await call(['run', 'grid.yaml', '--json', '--refit', '--workers', '1'], {
      cwd,
    })
    expect([code, stderr]).toEqual([0, ''])
    const lines = jsonLines(stdout)
    const count = (type: string) => lines.filter((line) => line['type'] === type).length
    expect(['start', 'trial', 'trialEpoch', 'trialEnd', 'done', 'best', 'refit'].map(count)).toEqual([
      1, 8, 16, 8, 1, 1, 1,
    ])
    expect(lines.find(({ type }) => type === 'done')).toMatchObject({
      left: 'nothing',
      counts: { done: 8 },
      summaries: [{ objective: { choice: 'folds' } }],
    })
    expect(lines.at(-1)).toMatchObject({
      type: 'refit',
      experiment: 'grid',
      testAccuracy: expect.any(Number),
    })
  })

  test('--refit trains the best on all rows and says how often the test set was looked at', async () => {
    const cwd = await withStudy()
    const { stdout } = await call(['run', 'grid.yaml', '--refit', '--workers', '1'], { cwd })
    expect(stdout).toContain('Refit of the best of "grid" on all training rows:')
    expect(stdout).toContain('this is the one look at it.')
    expect(stdout).toContain('120 training and 30 test images')
    // Neither the trials nor the epochs of the refit say anything about the test set.
    expect(stdout.match(/test accuracy/g)).toHaveLength(1)
    expect((await runsIn(cwd)).some((run) => run.endsWith('-mlp-6'))).toBe(true)
  })

  test('a choice on the test set is said loudly', async () => {
    const { folds, ...rest } = grid
    const cwd = await withStudy({ ...rest, chooseOn: 'test' })
    const { stdout } = await call(['run', 'grid.yaml', '--refit', '--workers', '1'], { cwd })
    expect(stdout).toMatch(/^CHOSEN ON THE TEST SET by testAccuracy.*\nBest: /m)
    expect(stdout).toContain('THE TEST SET CHOSE THESE SETTINGS')
    expect(await readFile(join(cwd, 'runs/grid-best.yaml'), 'utf8')).toContain('# CHOSEN ON THE TEST SET')
  })

  test('a comparison names no best and writes none', async () => {
    const { folds, ...rest } = grid
    const cwd = await withStudy({ ...rest, chooseOn: 'none' })
    const { code, stdout } = await call(['run', 'grid.yaml', '--refit', '--workers', '1'], { cwd })
    expect(code).toBe(0)
    expect(stdout).toContain('A comparison, nothing was chosen; the value is testAccuracy.\n0.')
    expect(stdout).not.toMatch(/best|refit/i)
    expect((await call(['runs'], { cwd })).stdout).not.toContain('testAccuracy')
  })

  test('synthetic data is said in every output', async () => {
    const cwd = await withStudy({ ...grid, data: 'synthetic', folds: { k: 2 } })
    const args = ['run', 'grid.yaml', '--limit', '60', '--trials', '2', '--workers', '1', '--offline']
    const { stdout, stderr } = await call(args, { cwd })
    const shown = await call(['runs', 'show', 'grid'], { cwd })
    const best = await readFile(join(cwd, 'runs/grid-best.yaml'), 'utf8')
    for (const text of [stdout, stderr, shown.stdout, best]) expect(text).toContain('SYNTHETIC DATA')
    expect(best).toContain('limit: 60')
  })

  test('--trials runs some, and then the rest', async () => {
    const cwd = await withStudy()
    const some = await call(['run', 'grid.yaml', '--trials', '3'], { cwd })
    expect(some.stdout).toMatch(/^grid: 8 trials, the first 3 of them now, /)
    expect(some.stdout).toContain('The budget of trials is used up; to go on:\n  atelier run grid.yaml\n')
    const rest = await call(['run', 'grid.yaml'], { cwd })
    expect(rest.stdout).toContain('3 done before')
    const whole = await call(['run', 'grid.yaml', '--store', 'other/store.db', '--workers', '1'], { cwd })
    expect(tableIn(rest.stdout)).toBe(tableIn(whole.stdout))
  })

  test('--only runs some experiments, and then the rest of the same study', async () => {
    const { name, ...experiment } = grid
    const experiments = [
      { id: 'rates', ...experiment },
      { id: 'alone', base: { ...grid.base, batchSize: 10, optimizer: { type: 'sgd', learningRate: 0.1 } } },
    ]
    const cwd = await withStudy({ name, experiments })
    const some = await call(['run', 'grid.yaml', '--only', 'alone'], { cwd })
    expect(some.stdout).toMatch(/^grid: 9 trials, 1 of them now, 1 worker\nonly alone\n/)
    expect(some.stdout).toContain('trial 9/9  0.')
    expect(some.stdout).not.toContain('rates')
    expect(some.stdout).toMatch(/experiments .* are not finished; to run them:\n {2}atelier run grid.yaml\n$/)
    const rest = await call(['run', 'grid.yaml'], { cwd })
    expect(rest.stdout).toMatch(/^grid: 9 trials, \d workers\n1 done before\n/)
    const { code, stderr } = await call(['run', 'grid.yaml', '--only', 'rates, alnoe'], { cwd })
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('--only: the study "grid" has no experiment "alnoe". Did you mean "alone"?'),
    ])
  })

  test('failed trials are told with their reason and tried again only when asked', async () => {
    const cwd = await withStudy(failing(0.1))
    const first = await call(['run', 'grid.yaml'], { cwd })
    expect(first.code).toBe(0)
    expect(first.stdout.match(/FAILED/g)).toHaveLength(2)
    expect(first.stdout).toMatch(/^Failed: 1 of 2 combinations \(diverged\).*no longer a finite number/m)
    expect(first.stdout).toContain(
      '2 trials failed; to try them again:\n  atelier run grid.yaml --retry-failed',
    )
    expect((await call(['run', 'grid.yaml'], { cwd })).stdout).not.toContain('FAILED')
    const retried = await call(['run', 'grid.yaml', '--retry-failed'], { cwd })
    expect(retried.stdout).toContain('2 failed trials once more')
    expect(retried.stdout.match(/FAILED/g)).toHaveLength(2)
    const alone = await withStudy(failing(1e38))
    expect((await call(['run', 'grid.yaml'], { cwd: alone })).code).toBe(1)
  })

  test('a study that has changed says what; --fork begins a new one', async () => {
    const cwd = await withStudy()
    await call(['run', 'grid.yaml', '--workers', '1'], { cwd })
    const changed = { ...grid, data, axes: { ...grid.axes, batchSize: [10, 30] } }
    await writeFile(join(cwd, 'grid.yaml'), stringify(changed))
    const refused = await call(['run', 'grid.yaml'], { cwd })
    expect([refused.code, refused.stdout]).toEqual([2, ''])
    expect(refused.stderr).toMatch(
      /has changed since it was begun:\n {2}.*batchSize: \[10, 20\] -> \[10, 30\]\n/,
    )
    const fork = await call(['run', 'grid.yaml', '--fork'], { cwd })
    expect(fork.stdout).toMatch(
      /^grid \(revision 2\): 8 trials, \d workers\n4 taken over from equal trials\n/,
    )
    const limited = await call(['run', 'grid.yaml', '--limit', '100'], { cwd })
    expect(limited.stderr).toMatch(/data: .* -> .*\n/)
  })

  test('Ctrl-C saves, and the next run goes on to the same table', async () => {
    const slow = { ...grid, base: { ...grid.base, epochs: 100 } }
    const cwd = await withStudy(slow)
    const whole = await call(['run', 'grid.yaml', '--store', 'other.db', '--workers', '1'], { cwd })
    const running = start(['run', 'grid.yaml', '--workers', '2'], { cwd })
    await running.until('stdout', (text) => text.includes('trial '))
    running.child.kill('SIGINT')
    const { code, stderr } = await running.ended
    expect(code).toBe(130)
    expect(stderr).toMatch(
      /Stopped; \d trials? done and saved. To go on:\n {2}atelier run grid.yaml --workers 2\n$/,
    )
    const rest = await call(['run', 'grid.yaml', '--workers', '2'], { cwd })
    expect(rest.code).toBe(0)
    expect(rest.stdout).toMatch(/\d done before/)
    expect(tableIn(rest.stdout)).toBe(tableIn(whole.stdout))
  }, 180_000)

  test('a module is a study too', async () => {
    const cwd = await folder()
    await writeFile(join(cwd, 'grid.mjs'), `export default ${JSON.stringify({ ...grid, data })}\n`)
    expect((await call(['run', 'grid.mjs', '--trials', '1'], { cwd })).stdout).toContain('Best: ')
    await writeFile(
      join(cwd, 'grid.ts'),
      `const study: object = ${JSON.stringify({ ...grid, data })}\nexport default study\n`,
    )
    expect((await atelier(['run', 'grid.ts', '--trials', '1'], { cwd })).stdout).toContain('Best: ')
    await writeFile(join(cwd, 'empty.mjs'), 'export const study = 1\n')
    await writeFile(join(cwd, 'broken.mjs'), 'export default {\n')
    const errors = await Promise.all(
      ['empty.mjs', 'broken.mjs', 'gird.mjs'].map((file) => call(['run', file], { cwd })),
    )
    expect(errors.map(({ code, stderr }) => [code, stderr.split('.mjs')[1]?.split(/[.:] /)[1]])).toEqual([
      [2, 'has no default export'],
      [2, 'cannot be loaded'],
      [2, 'there is no such file'],
    ])
  })

  test.each([
    [['run'], "missing required argument 'study'"],
    [['run', 'gird.yaml'], 'gird.yaml: there is no such file. Did you mean "grid.yaml" there?'],
    [['run', 'grid.yaml', '--workers', '0'], '--workers: expected a whole number from 1 to 256, got "0".'],
    [['run', 'grid.yaml', '--minutes', '0'], '--minutes: expected a number above 0, got "0".'],
    [['run', 'grid.yaml', '--limit', '121'], 'limit: must be an integer from 1 to 120'],
    [['run', 'bad.yaml'], 'Did you mean "optimizer.learningRate"?'],
    [['run', 'folds.yaml'], 'folds, folds.k: 500 folds of 120 training rows.'],
    [['run', 'grid.yaml', '--store', 'grid.yaml'], 'grid.yaml: is not a store: the file is no database.'],
  ])('%j: one clear error', async (args, message) => {
    const cwd = await withStudy()
    const bad = { ...grid, data, axes: { learningRate: [0.1, 0.2] } }
    await writeFile(join(cwd, 'bad.yaml'), stringify(bad))
    const folds = { ...grid, name: 'folds', data, folds: { k: 500 } }
    await writeFile(join(cwd, 'folds.yaml'), stringify(folds))
    const { code, stdout, stderr } = await call(args, { cwd })
    expect(stderr).toContain(message)
    expect([stdout, code]).toEqual(['', args.includes('--store') ? 1 : 2])
  })

  test.each([
    ['ATELIER_STALE_SECONDS', '0.1'],
    ['ATELIER_CHECKPOINT_SECONDS', 'soon'],
  ])('%s=%s: one clear error', async (name, value) => {
    const cwd = await withStudy()
    const { code, stdout, stderr } = await call(['run', 'grid.yaml'], { cwd, env: { [name]: value } })
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      expect.stringMatching(`^error: ${name}: expected a number from .* to 86400, got "${value}"\\.\n$`),
    ])
  })
})
