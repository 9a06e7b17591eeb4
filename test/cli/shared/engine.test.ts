import { readFile, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { blasMissing } from '../../engines.ts'
import { atelier, call, lastLine, runsIn, temporaryFolders, writeBands } from '../atelier.ts'

const folder = temporaryFolders()
let data = ''
const mlp = (...more: string[]) => {
  const small = ['--hidden', '8', '--batch', '10', '--epochs', '1', '--threads', '1']
  return ['train', 'mlp', '--data', data, ...small, ...more]
}

beforeAll(async () => {
  data = await folder()
  await writeBands(data, { train: 60, test: 20, side: 8 })
})

/** The base of a study that is over at once. */
const small = { model: { type: 'mlp', hidden: [] }, optimizer: { type: 'sgd' }, epochs: 1, batchSize: 10 }

const firstLine = (text: string): Record<string, unknown> => JSON.parse(text.split('\n')[0] ?? '')

describe('--engine auto', () => {
  test('takes blas where there is a fast one and else simd, and says which and why', async () => {
    const cwd = await folder()
    const { code, stdout, stderr } = await call(mlp('--engine', 'auto', '--json'), { cwd })
    expect(code).toBe(0)
    const { type, engine } = firstLine(stdout)
    expect(type).toBe('start')
    expect(stderr).toContain(`engine ${engine} (auto): `)
    expect(stderr).toMatch(blasMissing === undefined ? /reaches \d+ GFLOP|is not worth it/ : /^engine simd/)
  })

  test('goes on with simd where ATELIER_BLAS is no BLAS, and says what is wrong with it', async () => {
    const cwd = await folder()
    const env = { ATELIER_BLAS: join(data, 'no-blas.so') }
    const args = ['gradcheck', '--data', data, '--samples', '1', '--engine', 'auto', '--json']
    const { code, stdout, stderr } = await atelier(args, { cwd, env })
    expect(code).toBe(0)
    expect(stderr).toMatch(/^engine simd \(auto\): ATELIER_BLAS .*no-blas\.so: cannot be loaded/)
    expect(lastLine(stdout)).toMatchObject({ engine: 'simd' })
  })
})

test('--engine blas is one clear line where ATELIER_BLAS is no BLAS, before data is read', async () => {
  const cwd = await folder()
  const env = { ATELIER_BLAS: join(data, 'no-blas.so') }
  const ended = await atelier(['train', 'mlp', '--data', 'nowhere', '--engine', 'blas'], { cwd, env })
  expect(ended.code).toBe(1)
  expect(ended.stderr).toMatch(/^error: ATELIER_BLAS .*: cannot be loaded .* use the engine simd\.\n$/)
  expect(await runsIn(cwd)).toEqual([])
})

test('where koffi does not load, the command line says so', async () => {
  const cwd = await folder()
  const hook = `const Module = require('node:module')
    const load = Module._load
    Module._load = (name, ...more) => {
      if (name === 'koffi') throw new Error('not here')
      return load(name, ...more)
    }`
  await writeFile(join(cwd, 'without-koffi.cjs'), hook)
  const env = { NODE_OPTIONS: `--require=${join(cwd, 'without-koffi.cjs')}` }
  const { code, stderr } = await atelier(['train', 'mlp', '--data', data, '--engine', 'blas'], { cwd, env })
  expect([code, stderr]).toEqual([
    1,
    'error: engine blas: BLAS is called through the package koffi, which does not load (not here). Install it with "npm install koffi", or use the engine simd.\n',
  ])
})

describe.skipIf(blasMissing !== undefined)('a run of blas', () => {
  test('is recorded with its engine and its library, goes on with them, and can be evaluated with another', async () => {
    const cwd = await folder()
    const { stdout } = await call(mlp('--engine', 'blas', '--json'), { cwd })
    const library = expect.stringMatching(/blas|mkl|blis|accelerate/i)
    expect(firstLine(stdout)).toMatchObject({ type: 'start', engine: 'blas', library })
    expect(lastLine(stdout)).toMatchObject({ type: 'done', engine: 'blas', library })
    const run = (await runsIn(cwd))[0] ?? ''
    expect(JSON.parse(await readFile(join(run, 'config.json'), 'utf8'))).toMatchObject({
      engine: 'blas',
      library,
    })

    const more = await call(['train', '--resume', run, '--epochs', '2', '--json'], { cwd })
    expect(firstLine(more.stdout)).toMatchObject({ engine: 'blas', resumedEpoch: 1 })
    const other = await call(['train', '--resume', run, '--epochs', '3', '--engine', 'simd'], { cwd })
    expect(other.code).toBe(2)
    expect(other.stderr).toMatch(/--engine: .* was made with blas, not simd/)

    const [own, simd] = [
      await call(['evaluate', run, '--json'], { cwd }),
      await call(['evaluate', run, '--json', '--engine', 'simd'], { cwd }),
    ].map(({ stdout }) => lastLine(stdout))
    expect(own).toMatchObject({ engine: 'blas' })
    expect(simd).toMatchObject({ engine: 'simd', weightsSha256: own?.['weightsSha256'] })
    expect(simd?.['testLoss']).toBeCloseTo(Number(own?.['testLoss']), 5)
  })

  test('has the same weights again in the same number of threads', async () => {
    const cwd = await folder()
    const runs = [
      await call(mlp('--engine', 'blas', '--json'), { cwd }),
      await call(mlp('--engine', 'blas', '--json'), { cwd }),
    ]
    const [first, second] = runs.map(({ stdout }) => lastLine(stdout)['weightsSha256'])
    expect(second).toBe(first)
  })
})

test('more threads than processors are possible, with a warning', async () => {
  const cwd = await folder()
  const threads = availableParallelism() + 1
  const { code, stderr } = await call([...mlp(), '--threads', String(threads), '--quiet'], { cwd })
  expect(code).toBe(0)
  expect(stderr).toMatch(
    new RegExp(`warning: --threads ${threads}, but there (is|are) ${threads - 1} processors?`),
  )
})

test('more workers than processors are possible, with a warning', async () => {
  const cwd = await folder()
  const study = {
    name: 'many',
    base: { ...small, validation: 0.2 },
    axes: { 'optimizer.learningRate': [0.1] },
  }
  await writeFile(join(cwd, 'study.json'), JSON.stringify(study))
  const workers = availableParallelism() + 1
  const args = ['run', 'study.json', '--data', data, '--workers', String(workers)]
  const { code, stderr } = await call(args, { cwd })
  expect(code).toBe(0)
  expect(stderr).toMatch(
    new RegExp(
      `^warning: --workers ${workers}, but there (is|are) ${workers - 1} processors?: that is slower\\.$`,
      'm',
    ),
  )
})

describe('doctor', () => {
  test('says what there is, for people and for programs', async () => {
    const cwd = await folder()
    const { stdout } = await call(['doctor', '--data', data, '--json'], { cwd })
    const found = lastLine(stdout)
    expect(found).toMatchObject({
      ...{ type: 'doctor', node: process.version, blas: { found: blasMissing === undefined } },
      ...{ data: { path: data, fashionMnist: false }, cache: { path: join(cwd, 'cache') } },
    })
    expect(found['simdPeak']).toBeGreaterThan(0)
    const text = (await call(['doctor', '--data', data], { cwd })).stdout
    for (const name of ['processor', 'threads', 'engine', 'auto', 'simd', 'blas', 'data', 'cache'])
      expect(text).toMatch(new RegExp(`^${name} {2,}\\S`, 'm'))
  })

  test('says what is wrong with the BLAS that is named', async () => {
    const cwd = await folder()
    const env = { ATELIER_BLAS: 'no-blas.so' }
    const { code, stdout } = await atelier(['doctor', '--data', data], { cwd, env })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^auto +simd/m)
    expect(stdout).toMatch(/^blas +ATELIER_BLAS no-blas\.so: cannot be loaded/m)
  })
})
