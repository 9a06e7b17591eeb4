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
    const { code, stdout, stderr } = await atelier(mlp('--engine', 'auto', '--json'), { cwd, env })
    expect(code).toBe(0)
    expect(stderr).toMatch(/^engine simd \(auto\): ATELIER_BLAS .*no-blas\.so: cannot be loaded/)
    expect(firstLine(stdout)).toMatchObject({ engine: 'simd' })
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

describe('where koffi does not load', () => {
  const problem = 'engine blas: BLAS is called through the package koffi, which does not load (not here).'
  let cwd = ''
  let run = ''
  const without = async (...args: string[]) => {
    const env = { NODE_OPTIONS: `--require=${join(cwd, 'without-koffi.cjs')}` }
    return atelier(args, { cwd, env })
  }

  beforeAll(async () => {
    cwd = await folder()
    const hook = `const Module = require('node:module')
      const load = Module._load
      Module._load = (name, ...more) => {
        if (name === 'koffi') throw new Error('not here')
        return load(name, ...more)
      }`
    await writeFile(join(cwd, 'without-koffi.cjs'), hook)
    const study = {
      name: 'two',
      base: { ...small, validation: 0.2 },
      axes: { 'optimizer.learningRate': [0.1] },
    }
    await writeFile(join(cwd, 'study.json'), JSON.stringify(study))
    run = String(lastLine((await call(mlp('--json'), { cwd })).stdout)['run'])
  })

  test.each([
    ['train', () => mlp('--quiet')],
    ['evaluate', () => ['evaluate', run]],
    ['gradcheck', () => ['gradcheck', '--data', data, '--samples', '1']],
    ['run', () => ['run', 'study.json', '--data', data]],
  ])('%s --engine auto goes on with simd and says why, --engine blas does not', async (_name, args) => {
    const [auto, blas] = await Promise.all([
      without(...args(), '--engine', 'auto'),
      without(...args(), '--engine', 'blas'),
    ])
    expect(auto.stderr).toContain(`engine simd (auto): ${problem}`)
    expect(auto.code).toBe(0)
    expect([blas.code, blas.stderr]).toEqual([
      1,
      `error: ${problem} Install it with "npm install koffi", or use the engine simd.\n`,
    ])
  })

  test('a run of blas is not gone on with, because another engine would end with other weights', async () => {
    const path = join(run, 'config.json')
    const record = await readFile(path, 'utf8')
    await writeFile(path, record.replace('"simd"', '"blas"'))
    for (const engine of [[], ['--engine', 'auto']]) {
      const { code, stderr } = await without('train', '--resume', run, '--epochs', '2', ...engine)
      expect([code, stderr]).toEqual([
        1,
        `error: ${run}: was made with the engine blas, and goes on with that alone. ${problem}\n`,
      ])
    }
    await writeFile(path, record)
  })
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
  const { code, stderr } = await atelier([...mlp(), '--threads', String(threads), '--quiet'], { cwd })
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
    const text = (await call(['doctor'], { cwd })).stdout
    for (const name of ['processor', 'threads', 'engine', 'auto', 'simd', 'blas', 'data', 'cache'])
      expect(text).toMatch(new RegExp(`^${name} {2,}\\S`, 'm'))
  })

  test('says what is wrong with the BLAS that is named', async () => {
    const cwd = await folder()
    const env = { ATELIER_BLAS: 'no-blas.so' }
    const { code, stdout } = await atelier(['doctor'], { cwd, env })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^auto +simd/m)
    expect(stdout).toMatch(/^blas +ATELIER_BLAS no-blas\.so: cannot be loaded/m)
  })
})
