import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { openStudyStore } from '../../../../src/store/studyStore.node.ts'
import { newOwner, retire } from '../../../../src/study/run/owner.node.ts'
import { environment, epoch as epochOf, newStudy, newTrial } from '../../../store/studyFixtures.ts'
import { call, jsonLines, lastLine, temporaryFolders, writeBands } from '../../atelier.ts'

const folder = temporaryFolders()
let cwd = ''
const runs = (...args: string[]) => call(['runs', ...args], { cwd })

beforeAll(async () => {
  cwd = await folder()
  await writeBands(cwd, { train: 60, test: 15 })
  const base = { model: { type: 'mlp', hidden: [4] }, optimizer: { type: 'sgd' }, epochs: 2 }
  const study = {
    data: '.',
    base,
    axes: { 'optimizer.learningRate': [0.05, 1e39], batchSize: [10, 20] },
    folds: { k: 2 },
  }
  for (const name of ['first', 'second']) {
    await writeFile(join(cwd, `${name}.yaml`), stringify({ name, ...study }))
    expect((await call(['run', `${name}.yaml`, '--trials', '6'], { cwd })).code).toBe(0)
  }
})

describe('atelier runs', () => {
  test('list', async () => {
    const { stdout, code } = await runs()
    expect(code).toBe(0)
    const lines = stdout.trimEnd().split('\n')
    expect(lines).toHaveLength(3)
    expect(lines[1]).toMatch(/^2 {2}second .* unfinished +6\/8 +validationAccuracy \d\.\d{6} /)
    expect(jsonLines((await runs('list', '--json')).stdout)).toMatchObject([
      { name: 'second', counts: { done: 4, failed: 2 }, best: { metric: 'validationAccuracy' } },
      { name: 'first' },
    ])
    expect((await runs('list', '--name', 'first')).stdout).not.toContain('second')
    const elsewhere = await call(['runs'], { cwd: await folder() })
    expect([elsewhere.stdout, elsewhere.code]).toEqual([
      'No studies yet: there is no ./runs/atelier.db.\n',
      0,
    ])
  })

  test('list --state: what is not all done, such as after --trials, can go on', async () => {
    const cwd = await folder()
    await writeBands(cwd, { train: 60, test: 15 })
    const base = {
      model: { type: 'mlp', hidden: [4] },
      optimizer: { type: 'sgd', learningRate: 0.1 },
      epochs: 1,
      validation: 0.2,
    }
    const study = { data: '.', base }
    for (const [name, trials] of [
      ['part', '1'],
      ['whole', '2'],
    ] as const) {
      await writeFile(join(cwd, `${name}.yaml`), stringify({ name, ...study, axes: { batchSize: [10, 20] } }))
      expect((await call(['run', `${name}.yaml`, '--trials', trials], { cwd })).code).toBe(0)
    }
    const names = async (...args: string[]) =>
      jsonLines((await call(['runs', 'list', '--json', ...args], { cwd })).stdout).map(({ name }) => name)
    expect(await names()).toEqual(['whole', 'part'])
    expect(await names('--state', 'unfinished')).toEqual(['part'])
    expect(await names('--state', 'done')).toEqual(['whole'])
    expect(await names('--state', 'running')).toEqual([])
    expect((await call(['runs'], { cwd })).stdout).toMatch(
      / whole .* done +2\/2 .*\n.* part .* unfinished +1\/2 /,
    )
    expect((await call(['runs', 'show', 'part'], { cwd })).stdout).toMatch(/^part: unfinished, 1 trial /m)
    const wrong = await call(['runs', 'list', '--state', 'dune'], { cwd })
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringMatching(/^error: --state: .*Did you mean "done"\?/),
    ])
    expect((await call(['run', 'part.yaml', '--trials', '2'], { cwd })).code).toBe(0)
    expect(await names('--state', 'done')).toEqual(['whole', 'part'])
  })

  test('show: the same table as the run, from the store', async () => {
    const ran = await call(['run', 'first.yaml', '--trials', '6'], { cwd })
    const table = (text: string) => text.split('\n').filter((line) => /^Best: | with: /.test(line))
    for (const name of ['first', '1', 'first#1'])
      expect(table((await runs('show', name)).stdout)).toEqual(table(ran.stdout))
    const [json] = jsonLines((await runs('show', 'first', '--json')).stdout)
    expect(json).toMatchObject({ type: 'study', environments: [{ engine: 'simd', threads: 1 }] })
  })

  test('show one trial', async () => {
    const { stdout } = await runs('show', 'first', '1')
    expect(stdout).toMatch(/^first, trial 1: done, validationAccuracy \d\.\d{6}\n/)
    expect(stdout).toMatch(/^ +2 +\d\.\d{4} +\d+\.\d\d % /m)
    expect(stdout).toContain('\nbatchSize: 10\n')
    expect((await runs('show', 'first', '3')).stdout).toMatch(/failed\n.*\n.*\n.*no longer a finite number/)
    const [json] = jsonLines((await runs('show', 'second', '1', '--json')).stdout)
    expect(json).toMatchObject({ reusedFrom: 1, history: [{ epoch: 1 }, { epoch: 2 }] })
    expect((await runs('show', 'first', '7')).stderr).toContain('there is no trial 7. It has trials 1 to 6.')
  })

  test('trials, filtered and sorted', async () => {
    const count = async (...args: string[]) =>
      jsonLines((await runs('trials', 'first', '--json', ...args)).stdout).length
    expect(await count()).toBe(6)
    expect(await count('--status', 'failed')).toBe(2)
    expect(await count('--where', 'batchSize=10')).toBe(4)
    expect(await count('--where', 'batchSize=10', 'optimizer.learningRate=0.05')).toBe(2)
    expect(await count('--limit', '1')).toBe(1)
    const sorted = jsonLines((await runs('trials', 'first', '--json', '--sort', 'validationLoss')).stdout)
    const losses = sorted.map(({ validationLoss }) => Number(validationLoss ?? Number.POSITIVE_INFINITY))
    expect(losses).toEqual(losses.toSorted((a, b) => a - b))
    expect((await runs('trials', 'first')).stdout.trimEnd().split('\n')).toHaveLength(7)
    const wrong = await runs('trials', 'first', '--where', 'batchsize=10')
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('Did you mean "batchSize"?')])
    expect((await runs('trials', 'first', '--status', 'don')).stderr).toContain('Did you mean "done"?')
  })

  test('tag and archive', async () => {
    expect((await runs('tag', 'first', 'paper', 'mlp')).stdout).toBe('first: mlp paper\n')
    expect((await runs('tag', 'first', 'mlp', '--remove')).stdout).toBe('first: paper\n')
    expect(jsonLines((await runs('list', '--tag', 'paper', '--json')).stdout)).toMatchObject([
      { name: 'first' },
    ])
    expect((await runs('tag', 'first', 'two words')).code).toBe(2)
    expect((await runs('archive', 'first')).stdout).toBe('first: archived\n')
    expect((await runs()).stdout).not.toContain('first')
    expect((await runs('list', '--archived')).stdout).toContain('first')
    await runs('archive', 'first', '--undo')
    expect((await runs()).stdout).toContain('first')
  })

  test('export', async () => {
    const csv = (await runs('export', 'first')).stdout.trimEnd().split('\r\n')
    expect(csv).toHaveLength(7)
    expect(csv[0]).toMatch(
      /^trial,experiment,combination,batchSize,optimizer.learningRate,fold,seed,status,metric,/,
    )
    const epochs = await runs('export', 'first', '--rows', 'epochs', '--out', 'epochs.json')
    expect(epochs.stdout).toBe('8 rows written to epochs.json\n')
    expect(JSON.parse(await readFile(join(cwd, 'epochs.json'), 'utf8'))).toHaveLength(8)
    const combinations: unknown = JSON.parse(
      (await runs('export', 'first', '--rows', 'combinations', '--format', 'json')).stdout,
    )
    expect(combinations).toMatchObject([{ status: 'done' }, { status: 'failed' }, { status: 'done' }])
    expect((await runs('export', 'first', '--rows', 'trial')).stderr).toContain('Did you mean "trials"?')
  })

  test('epochs of a pruned trial after the one that its rule stops it at are not shown', async () => {
    const store = await openStudyStore(join(cwd, 'pruned.db'))
    const { study } = await store.beginStudy(newStudy({ name: 'pruned' }))
    await store.addTrials(study.id, [newTrial(0)])
    const owner = newOwner()
    await store.claim(study.id, owner, await store.environment(environment))
    for (const epoch of [1, 2, 3]) await store.recordEpoch(study.id, 0, owner, epochOf(epoch), epoch)
    await store.prune(study.id, 0, owner, { reason: 'worse than the median', after: 2, seconds: 3 })
    retire(owner)
    await store.close()

    const there = ['--store', 'pruned.db']
    const json = ['--rows', 'epochs', '--format', 'json']
    const exported: unknown = JSON.parse((await runs('export', 'pruned', ...json, ...there)).stdout)
    expect(exported).toMatchObject([{ epoch: 1 }, { epoch: 2 }])
    expect(exported).toHaveLength(2)
    const { stdout } = await runs('show', 'pruned', '1', '--json', ...there)
    expect(lastLine(stdout)['history']).toEqual([
      expect.objectContaining({ epoch: 1 }),
      expect.objectContaining({ epoch: 2 }),
    ])
    expect((await runs('show', 'pruned', '1', ...there)).stdout).not.toMatch(/^ *3 +\d/m)
  })

  test('delete asks, and leaves a study alone that is being run', async () => {
    await writeFile(
      join(cwd, 'third.yaml'),
      stringify({
        ...{ name: 'third', data: '.', folds: { k: 2 } },
        base: {
          model: { type: 'mlp', hidden: [3] },
          optimizer: { type: 'sgd', learningRate: 0.1 },
          epochs: 1,
          batchSize: 10,
        },
      }),
    )
    await call(['run', 'third.yaml', '--trials', '1'], { cwd })
    const asked = await runs('delete', 'third')
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining('Add --yes to do it')])
    const store = await openStudyStore(join(cwd, 'runs/atelier.db'))
    const { id } = lastLine((await runs('list', '--name', 'third', '--json')).stdout)
    const owner = newOwner()
    await store.addTrials(Number(id), [
      {
        position: 1,
        hash: 'x',
        experiment: 'third',
        combination: 0,
        params: {},
        fold: 1,
        seed: 1,
        config: {},
        goal: null,
        metric: 'testLoss',
      },
    ])
    await store.claim(Number(id), owner, 1)
    expect((await runs('delete', 'third', '--yes')).stderr).toContain(`process ${process.pid} is running it.`)
    retire(owner)
    expect((await runs('delete', 'third', '--yes')).stdout).toBe('third: deleted\n')
    await store.close()
    expect((await runs('show', 'third')).stderr).toContain('there is no study "third". Known: second, first.')
  })

  test('without a store', async () => {
    const ended = await call(['runs', 'show', 'first', '--store', 'none.db'], { cwd })
    expect([ended.code, ended.stderr]).toEqual([
      2,
      expect.stringContaining('none.db: there is no store of studies.'),
    ])
  })
})
