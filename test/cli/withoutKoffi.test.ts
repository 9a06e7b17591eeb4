import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test, vi } from 'vitest'
import { EngineError } from '../../src/base/errors.ts'
import { call, lastLine, temporaryFolders, writeBands } from './atelier.ts'

const problem = 'engine blas: BLAS is called through the package koffi, which does not load (not here).'
const hint = 'Install it with "npm install koffi", or use the engine simd.'

// That the package itself is missed is tested with a process of its own (shared/engine.test.ts).
vi.mock('../../src/engine/blas/ffi.node.ts', () => ({
  loadFfi: () => {
    throw new EngineError(problem.slice('engine blas: '.length), { where: 'engine blas', hint })
  },
}))

const folder = temporaryFolders()
let cwd = ''
let run = ''
const mlp = (...more: string[]) => {
  const small = ['--hidden', '8', '--batch', '10', '--epochs', '1', '--threads', '1']
  return ['train', 'mlp', '--data', '.', ...small, ...more]
}

beforeAll(async () => {
  cwd = await folder()
  await writeBands(cwd, { train: 60, test: 20, side: 8 })
  const base = { model: { type: 'mlp', hidden: [] }, optimizer: { type: 'sgd' }, epochs: 1, batchSize: 10 }
  const study = {
    name: 'two',
    base: { ...base, validation: 0.2 },
    axes: { 'optimizer.learningRate': [0.1] },
  }
  await writeFile(join(cwd, 'study.json'), JSON.stringify(study))
  run = String(lastLine((await call(mlp('--json'), { cwd })).stdout)['run'])
})

test.each([
  ['train', () => mlp('--quiet')],
  ['evaluate', () => ['evaluate', run]],
  ['gradcheck', () => ['gradcheck', '--data', '.', '--samples', '1']],
  ['run', () => ['run', 'study.json', '--data', '.']],
])('%s --engine auto goes on with simd and says why, --engine blas does not', async (_name, args) => {
  const auto = await call([...args(), '--engine', 'auto'], { cwd })
  expect(auto.stderr).toContain(`engine simd (auto): ${problem}`)
  expect(auto.code).toBe(0)
  const blas = await call([...args(), '--engine', 'blas'], { cwd })
  expect([blas.code, blas.stderr]).toEqual([1, `error: ${problem} ${hint}\n`])
})

test('a run of blas is not gone on with, because another engine would end with other weights', async () => {
  const path = join(run, 'config.json')
  const record = await readFile(path, 'utf8')
  await writeFile(path, record.replace('"simd"', '"blas"'))
  for (const engine of [[], ['--engine', 'auto']]) {
    const { code, stderr } = await call(['train', '--resume', run, '--epochs', '2', ...engine], { cwd })
    expect([code, stderr]).toEqual([
      1,
      `error: ${run}: was made with the engine blas, and goes on with that alone. ${problem}\n`,
    ])
  }
})
