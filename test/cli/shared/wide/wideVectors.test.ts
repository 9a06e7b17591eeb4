import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exercise, sameBytes } from '../../../../src/cli/shared/wide/exercise.ts'
import { reasonAgainst, type Surroundings } from '../../../../src/cli/shared/wide/wideVectors.ts'
import type { KernelExports } from '../../../../src/engine/simd/exports.ts'
import { instantiate } from '../../../../src/engine/simd/module.ts'
import { atelier, lastLine, temporaryFolders, writeBands } from '../../atelier.ts'

const able: Surroundings = {
  build: { v8_enable_wasm_simd256_revec: 1 },
  v8: '13.6.233.17-node.53',
  variable: undefined,
  processorFlags: () => new Set(['sse2', 'avx2']),
}
const here = {
  ...able,
  build: process.config.variables,
  v8: process.versions.v8,
}
const folder = temporaryFolders()

describe('256-bit SIMD is tried', () => {
  test('where V8 was built with them, and the processor has them or is not known', () => {
    expect(reasonAgainst(able)).toBeUndefined()
    expect(reasonAgainst({ ...able, variable: '1', processorFlags: () => new Set() })).toBeUndefined()
    expect(reasonAgainst({ ...able, variable: '' })).toBeUndefined()
  })

  test('nowhere else', () => {
    expect(reasonAgainst({ ...able, variable: '0' })).toBe('ATELIER_WIDE is 0')
    expect(reasonAgainst({ ...able, build: {} })).toMatch(/built without/)
    expect(reasonAgainst({ ...able, build: { v8_enable_wasm_simd256_revec: 0 } })).toMatch(/built without/)
    expect(reasonAgainst({ ...able, v8: '12.4.254.21-node.57' })).toMatch(/not tested with V8 12\.4/)
    expect(reasonAgainst({ ...able, v8: '13.7.1' })).toMatch(/not tested with V8 13\.7/)
    expect(reasonAgainst({ ...able, v8: '14.60.1' })).toMatch(/not tested with V8 14\.60/)
    expect(reasonAgainst({ ...able, processorFlags: () => new Set(['sse2']) })).toMatch(/no AVX2/)
  })

  test('ATELIER_WIDE=1 tries a version of V8 that was not tested', () => {
    expect(reasonAgainst({ ...able, v8: '15.2.1', variable: '1' })).toBeUndefined()
    expect(reasonAgainst({ ...able, v8: '15.2.1' })).toMatch(/ATELIER_WIDE=1 tries it/)
  })

  test('and ATELIER_WIDE has to be 0 or 1', () => {
    expect(() => reasonAgainst({ ...able, variable: 'yes' })).toThrow(/0 or 1, not "yes"/)
  })
})

/** Names of the kernels that were called. */
function called(): Set<string> {
  const names = new Set<string>()
  exercise((memory) => {
    // A copy: a proxy must hand out a module's own frozen functions.
    return new Proxy(
      { ...instantiate(memory) },
      {
        get(target, name) {
          if (typeof name === 'string') names.add(name)
          return Reflect.get(target, name)
        },
      },
    )
  })
  return names
}

describe('the small training', () => {
  // A new kernel goes into a layer of one of the trainings in exercise.ts.
  test('calls every kernel but those of the engine blas and of the tests', () => {
    const all = Object.keys(instantiate(new WebAssembly.Memory({ initial: 2, maximum: 65536, shared: true })))
    const names = called()
    expect(all.filter((name) => !names.has(name)).sort()).toEqual(['memory', 'patches', 'philox'])
  })

  test('has the same bits every time', () => {
    expect(sameBytes(exercise(instantiate), exercise(instantiate))).toBe(true)
  })

  test('has other bits when a kernel is wrong in one last bit', () => {
    const wrong = exercise((memory) => {
      const kernels = instantiate(memory)
      const sgd: KernelExports['sgd'] = (w, ...rest) => {
        kernels.sgd(w, ...rest)
        new Uint8Array(memory.buffer, w, 1).fill((new Uint8Array(memory.buffer, w, 1)[0] ?? 0) ^ 1)
      }
      return { ...kernels, sgd }
    })
    expect(sameBytes(exercise(instantiate), wrong)).toBe(false)
    expect(sameBytes(wrong, wrong.slice(1))).toBe(false)
  })
})

const without = reasonAgainst(here)
if (without !== undefined) process.stderr.write(`SKIPPED: 256-bit SIMD in a process: ${without}\n`)

describe('a process', () => {
  const command = ['doctor', '--json']

  test('says nothing on stderr, whatever its Node has', async () => {
    const { code, stderr, stdout } = await atelier(command, { cwd: await folder() })
    expect([code, stderr]).toEqual([0, ''])
    expect(lastLine(stdout)).toMatchObject({ wideVectors: { on: expect.any(Boolean) } })
  })

  test.skipIf(without !== undefined)(
    'has them on, unless ATELIER_WIDE is 0, with the same weights',
    async () => {
      const cwd = await folder()
      const small = ['--hidden', '32', '--batch', '10', '--epochs', '2', '--json']
      await mkdir(join(cwd, 'data'))
      await writeBands(join(cwd, 'data'), { train: 200, test: 20, side: 16 })
      const weights = []
      for (const [variable, on] of [
        ['1', true],
        ['0', false],
      ] as const) {
        const env = { ATELIER_WIDE: variable }
        // The second call reads what the first has saved.
        expect(lastLine((await atelier(command, { cwd, env })).stdout)).toMatchObject({ wideVectors: { on } })
        const trained = await atelier(['train', 'mlp', '--data', 'data', ...small], { cwd, env })
        weights.push(lastLine(trained.stdout)['weightsSha256'])
      }
      expect(weights[0]).toMatch(/^[0-9a-f]{64}$/)
      expect(weights[1]).toBe(weights[0])
    },
  )
})
