import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import type { EngineChoice } from '../../../src/engine/choose.ts'
import { call, jsonLines, lastLine, readJson, runsIn, temporaryFolders, writeBands } from '../atelier.ts'

const fastestEngine = vi.hoisted(() => vi.fn<() => EngineChoice>())
vi.mock('../../../src/engine/choose.ts', () => ({ fastestEngine }))

const folder = temporaryFolders()
const engineChoice = { ratio: 1.43, why: 'OpenBLAS reaches 61 GFLOP/s' }
let cwd = ''

beforeEach(async () => {
  cwd = await folder()
  await writeBands(cwd, { train: 30, test: 6, side: 4 })
  fastestEngine.mockReset()
  // An engine that nothing else chooses.
  fastestEngine.mockReturnValueOnce({ engine: 'reference', ...engineChoice })
  fastestEngine.mockReturnValue({ engine: 'simd', ratio: 0.9, why: 'not worth it' })
})

const train = ['train', 'mlp', '--data', '.', '--hidden', '4', '--batch', '10', '--threads', '1']

test('a run records what auto chose and why, and goes on with it without another measurement', async () => {
  const { stdout, stderr } = await call([...train, '--epochs', '1', '--engine', 'auto', '--json'], { cwd })
  expect(stderr).toContain('engine reference (auto): OpenBLAS reaches 61 GFLOP/s')
  expect(jsonLines(stdout)[0]).toMatchObject({ type: 'start', engine: 'reference', engineChoice })
  const [run = ''] = await runsIn(cwd)
  const recorded = { engine: 'reference', engineChoice }
  expect(await readJson(join(run, 'config.json'))).toMatchObject(recorded)
  expect(await readJson(join(run, 'result.json'))).toMatchObject(recorded)

  for (const [epochs, more] of [
    ['2', ['--engine', 'auto']],
    ['3', []],
  ] as const) {
    const resumed = await call(['train', '--resume', run, '--epochs', epochs, ...more], { cwd })
    expect([resumed.code, resumed.stderr]).toEqual([0, ''])
    expect(resumed.stdout).toContain('engine reference (auto: blas 1.43 times as fast as simd), ')
  }
  expect(await readJson(join(run, 'config.json'))).toMatchObject(recorded)
  expect(await readJson(join(run, 'result.json'))).toMatchObject({ epochs: 3, ...recorded })
  expect(fastestEngine).toHaveBeenCalledTimes(1)
})

test('a run whose engine was named records no choice, as runs of earlier versions', async () => {
  await call([...train, '--epochs', '1'], { cwd })
  const [run = ''] = await runsIn(cwd)
  expect(await readJson(join(run, 'config.json'))).not.toHaveProperty('engineChoice')
  const resumed = await call(['train', '--resume', run, '--epochs', '2', '--engine', 'auto'], { cwd })
  expect([resumed.code, resumed.stdout]).toEqual([
    0,
    expect.stringMatching(/^engine simd, \d threads?; saving/m),
  ])
  expect(fastestEngine).not.toHaveBeenCalled()
})

test('a study records the choice with the environment of its trials and names it in its first event', async () => {
  const base = { model: { type: 'mlp', hidden: [] }, optimizer: { type: 'sgd' }, epochs: 1, validation: 0.2 }
  const study = { name: 'two', data: '.', base, axes: { 'optimizer.learningRate': [0.1, 0.2] } }
  await writeFile(join(cwd, 'study.json'), JSON.stringify(study))
  const run = ['run', 'study.json', '--trials', '1', '--engine', 'auto']
  // The trials of a study are computed by workers, which know no fake: the second choice, simd.
  fastestEngine()
  const { stdout } = await call([...run, '--json'], { cwd })
  const choice = { ratio: 0.9, why: 'not worth it' }
  const environment = { engine: 'simd', engineChoice: choice }
  expect(jsonLines(stdout).find(({ type }) => type === 'start')).toMatchObject({ environment })
  const shown = await call(['runs', 'show', 'two', '--json'], { cwd })
  expect(lastLine(shown.stdout)).toMatchObject({ environments: [environment] })
  expect((await call(['runs', 'show', 'two'], { cwd })).stdout).toContain(
    'engine simd (auto: blas 0.9 times as fast as simd)',
  )
  expect((await call(run, { cwd })).stdout).toContain('engine simd (auto: blas 0.9 times as fast as simd)')
})
