import { setFlagsFromString } from 'node:v8'
import { ConfigError } from '../../base/errors.ts'
import { thisMachine } from '../../engine/blas/environment.node.ts'
import { bindKernels, type Instantiate, kernelBytes } from '../../engine/simd/module.ts'
import { exercise } from './exercise.ts'

/** Whether V8 makes operations of 256 bits out of pairs of 128. */
export interface WideVectors {
  readonly on: boolean
  /** For people. */
  readonly why: string
}

/** What decides whether it is worth a try. */
export interface Surroundings {
  /** What Node was built with (`process.config.variables`). */
  readonly build: object
  /** V8's version. */
  readonly v8: string
  /** ATELIER_WIDE */
  readonly variable: string | undefined
  /** What the processor can do; empty where that is not known. */
  processorFlags(): ReadonlySet<string>
}

/** Holds for every WebAssembly module compiled from then on, in all threads. */
const flag = 'experimental-wasm-revectorize'
const LEAST_V8 = 13

/**
 * Why wide vectors stay off; undefined when they may be tried. A V8 that does not know the flag would complain on
 * stderr, so Node's own record of how V8 was built is asked. Node 22 (V8 12) has the flag, but gained nothing by it.
 *
 * @throws ConfigError when ATELIER_WIDE is neither 0 nor 1
 */
export function reasonAgainst({ build, v8, variable, processorFlags }: Surroundings): string | undefined {
  if (variable !== undefined && !['', '0', '1'].includes(variable))
    throw new ConfigError(`must be 0 or 1, not "${variable}".`, { where: 'ATELIER_WIDE' })
  if (variable === '0') return 'ATELIER_WIDE is 0'
  const built = new Map<string, unknown>(Object.entries(build)).get('v8_enable_wasm_simd256_revec')
  if (built !== 1 || !(Number.parseInt(v8, 10) >= LEAST_V8))
    return 'this Node has none; 24 has, on x64, not on macOS'
  const flags = processorFlags()
  return flags.size > 0 && !flags.has('avx2') ? 'the processor has no AVX2' : undefined
}

let verdict: WideVectors | undefined

/**
 * Switches V8's wide vectors on for this process and all its threads, where Node has them and a small training gives
 * the same bits with them as without; once, before the engine is first used. It takes some 100 ms where Node has them.
 *
 * @throws ConfigError when ATELIER_WIDE is neither 0 nor 1
 */
export function wideVectors(): WideVectors {
  verdict ??= decide({
    build: process.config.variables,
    v8: process.versions.v8,
    variable: process.env['ATELIER_WIDE'],
    processorFlags: () => thisMachine().processorFlags,
  })
  return verdict
}

function decide(surroundings: Surroundings): WideVectors {
  const against = reasonAgainst(surroundings)
  if (against !== undefined) return { on: false, why: against }
  const plain = exercise(compiler(0))
  setFlagsFromString(`--${flag}`)
  if (sameBytes(plain, exercise(optimized())))
    return { on: true, why: 'same bits as without, tried just now' }
  setFlagsFromString(`--no-${flag}`)
  return { on: false, why: 'other bits than without them, tried just now' }
}

/**
 * Binds kernels that V8's optimising compiler has made at once: by itself it begins with a plain translation, where
 * the flag has no effect, and turns to the better one later.
 */
function optimized(): Instantiate {
  const compile = compiler(1)
  return (memory) => {
    setFlagsFromString('--no-liftoff')
    setFlagsFromString('--no-wasm-lazy-compilation')
    try {
      return compile(memory)
    } finally {
      setFlagsFromString('--liftoff')
      setFlagsFromString('--wasm-lazy-compilation')
    }
  }
}

/**
 * Binds kernels of a module of their own. V8 compiles equal modules once in a process: without the custom section
 * (WebAssembly specification, section 5.5.3: id 0, length, length of the name, content) this code would also be the
 * training's.
 */
function compiler(mark: number): Instantiate {
  let module: WebAssembly.Module | undefined
  return (memory) => {
    module ??= new WebAssembly.Module(marked(kernelBytes(true), mark))
    return bindKernels(module, memory)
  }
}

function marked(bytes: Uint8Array, mark: number): Uint8Array<ArrayBuffer> {
  const longer = new Uint8Array(bytes.length + 4)
  longer.set(bytes)
  longer.set([0, 2, 0, mark], bytes.length)
  return longer
}

/** Bit for bit: even a NaN has to be the same one. */
export function sameBytes(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((bytes, i) => Buffer.compare(bytes, b[i] ?? new Uint8Array()) === 0)
}
