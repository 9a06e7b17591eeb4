import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { EngineError } from '../../../src/base/errors.ts'
import { coreTypeFor, thisMachine } from '../../../src/engine/blas/environment.node.ts'
import { loadFfi } from '../../../src/engine/blas/ffi.node.ts'
import { findBlas, openBlas } from '../../../src/engine/blas/library.node.ts'
import { blasMissing } from '../../engines.ts'
import { fakeFfi, machine } from './fakes.ts'

const avx512 = ['avx2', 'fma', 'avx512f', 'avx512cd', 'avx512bw', 'avx512dq', 'avx512vl']
const nothing = (): void => {}

describe('an OpenBLAS', () => {
  const functions = {
    openblas_set_num_threads: nothing,
    openblas_get_config: () => 'OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH',
    openblas_get_corename: () => 'SkylakeX',
    openblas_get_parallel: () => 1,
  }
  it('is found by itself, and says what it is', () => {
    const fake = fakeFfi({ 'libopenblas.so.0': functions })
    expect(findBlas(fake.ffi, machine())).toMatchObject({
      ...{ title: 'OpenBLAS 0.3.21 (SkylakeX)', name: 'OpenBLAS', coreType: 'SkylakeX', koffi: '3.0.0' },
    })
  })

  it('is told to use one thread, and which kernels a processor can run that it may not know', () => {
    const told: unknown[] = []
    const fake = fakeFfi({ 'a.so': { ...functions, openblas_set_num_threads: (n) => told.push(n) } })
    findBlas(fake.ffi, machine({ environment: { ATELIER_BLAS: 'a.so' }, processorFlags: new Set(avx512) }))
    expect(told).toEqual([1])
    expect(fake.seen.get('a.so')).toMatchObject({ OPENBLAS_NUM_THREADS: '1', OPENBLAS_CORETYPE: 'SkylakeX' })
    // Programs that are started later must not inherit any of it.
    expect([...fake.environment]).toEqual([])
  })

  it('keeps what the user has set', () => {
    const fake = fakeFfi({ 'a.so': functions })
    const own = { ATELIER_BLAS: 'a.so', OPENBLAS_CORETYPE: 'Haswell', OPENBLAS_NUM_THREADS: '3' }
    findBlas(fake.ffi, machine({ environment: own, processorFlags: new Set(avx512) }))
    expect(Object.keys(fake.seen.get('a.so') ?? {})).not.toContain('OPENBLAS_CORETYPE')
    expect(Object.keys(fake.seen.get('a.so') ?? {})).not.toContain('OPENBLAS_NUM_THREADS')
  })

  it.each([
    [
      'too old',
      { openblas_set_num_threads: undefined },
      /is too old an OpenBLAS: it cannot be told to use one/,
    ],
    ['without the C interface', { cblas_sgemm: undefined }, /is an OpenBLAS without the C interface/],
    ['of 64-bit indices', { openblas_get_config: () => 'OpenBLAS 0.3.21 USE64BITINT' }, /64-bit indices/],
    ['for one thread', { openblas_get_parallel: () => 0 }, /is built for programs of one thread/],
    ['that multiplies wrongly', { cblas_sgemm: nothing }, /multiplies wrongly \(10, 20, 30, 40\)/],
  ])('%s is refused in one line that says what to do', (_name, change, message) => {
    const { ffi } = fakeFfi({ 'libopenblas.so.0': { ...functions, ...change } })
    for (const environment of [{}, { ATELIER_BLAS: 'libopenblas.so.0' }]) {
      const find = (): unknown => findBlas(ffi, machine({ environment }))
      expect(find).toThrow(EngineError)
      expect(find).toThrow(message)
      expect(find).toThrow(/use the engine simd\.$/)
    }
  })

  it('that is of no use is passed over for another library', () => {
    const fake = fakeFfi({
      'libopenblas.so.0': { ...functions, openblas_get_parallel: () => 0 },
      'libblis.so.4': {
        bli_info_get_version_str: () => '0.9.0',
        bli_thread_set_num_threads: nothing,
      },
    })
    expect(findBlas(fake.ffi, machine()).title).toBe('BLIS 0.9.0')
  })
})

it('a koffi that cannot reach the environment of libraries is one line, not one for each name', () => {
  const { ffi } = fakeFfi({ 'libopenblas.so.0': {} })
  const load = (path: string | null) => {
    if (path === null) throw new Error('Failed to load shared library: not here')
    return ffi.load(path)
  }
  for (const environment of [{}, { ATELIER_BLAS: 'libopenblas.so.0' }]) {
    const find = (): unknown => findBlas({ ...ffi, load }, machine({ environment }))
    expect(find).toThrow(EngineError)
    expect(find).toThrow(
      /^engine blas: koffi cannot set what libraries find in the environment \(.*not here\)\. Use the engine simd\.$/,
    )
  }
})

it('a machine without any BLAS gets to know how to install one', () => {
  const find = (): unknown => findBlas(fakeFfi({}).ffi, machine())
  expect(find).toThrow(
    /^engine blas: no BLAS was found \(.*libopenblas\.so\.0.*\)\. Install one .*ATELIER_BLAS\.$/,
  )
})

it('the core type follows the processor', () => {
  const type = (flags: string[], change = {}) =>
    coreTypeFor(machine({ processorFlags: new Set(flags), ...change }))
  expect(type(avx512)).toBe('SkylakeX')
  expect(type(['avx2', 'fma', 'avx512f'])).toBe('Haswell')
  expect(type(['sse4_2'])).toBeUndefined()
  expect(type(avx512, { arch: 'arm64' })).toBeUndefined()
})

describe('ATELIER_BLAS', () => {
  const find = (path: string) => () =>
    findBlas(loadFfi(), { ...thisMachine(), environment: { ATELIER_BLAS: path } })

  it('that names no file is one clear line', () => {
    expect(find('/no/such/blas.so')).toThrow(
      /^ATELIER_BLAS \/no\/such\/blas\.so: cannot be loaded \(.*\)\. Name /,
    )
  })

  it('that names another kind of file is one clear line', () => {
    const file = fileURLToPath(import.meta.url)
    expect(find(file)).toThrow(/^ATELIER_BLAS .*library\.test\.ts: cannot be loaded \(.*\)\. Name another/)
  })

  it('that names a file of this folder without saying so gets to know how', () => {
    expect(find('package.json')).toThrow(
      /: cannot be loaded \(.*\)\. The file in this folder is \.\/package\.json\.$/,
    )
  })

  it.skipIf(process.platform !== 'linux')('that names another kind of library is one clear line', () => {
    expect(find('libm.so.6')).toThrow(
      /^ATELIER_BLAS libm\.so\.6: is no BLAS: it has no function cblas_sgemm\./,
    )
  })
})

it.skipIf(blasMissing !== undefined)('the BLAS of this machine is found, with its file', () => {
  const { title, path } = openBlas()
  expect(title).toMatch(/^(OpenBLAS|MKL|BLIS|Accelerate|BLAS)/)
  expect(path).toMatch(/blas|mkl|blis|Accelerate/i)
  expect(openBlas()).toBe(openBlas())
})
