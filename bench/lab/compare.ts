import { createReferenceEngine } from '../../src/engine/reference/engine.ts'
import { createSimdEngine } from '../../src/engine/simd/engine.ts'
import { bindKernels, type Instantiate } from '../../src/engine/simd/module.ts'
import { type Spread, spreadOf } from '../statistics.ts'
import type { LabCase } from './cases.ts'
import { type Pass, passesOf } from './operands.ts'

/** A build of the kernels. */
export interface Version {
  readonly name: string
  readonly module: WebAssembly.Module
}

/** What one version does in one pass of a case. */
export interface Finding {
  /** Largest distance from the reference engine's result, in parts of the largest value of that. */
  readonly error: number
  /** Whether all bits are those of the first version. */
  readonly sameBits: boolean
  /** Seconds. */
  readonly time: Spread
  /** Time to that of the first version, of the runs that were made one after the other. */
  readonly ratio: Spread
}

export interface PassFindings {
  readonly pass: string
  /** In the order of the versions. */
  readonly findings: readonly Finding[]
}

/** A run lasts about so many seconds. */
const RUN_SECONDS = 0.003

/**
 * All versions on one case: right first, then timed in turns.
 *
 * @param runs of each version
 * @param warmUp seconds, of each version, before the first run that counts
 */
export function compare(
  lab: LabCase,
  versions: readonly Version[],
  { runs = 21, warmUp = 0.1 } = {},
): readonly PassFindings[] {
  const reference = passesOf(createReferenceEngine(), lab)
  const candidates = versions.map(({ module }) => {
    const bind: Instantiate = (memory) => bindKernels(module, memory)
    return passesOf(createSimdEngine(bind), lab)
  })
  return reference.map((truth, i) => {
    truth.run()
    const expected = truth.result()
    const passes = candidates.flatMap((all) => all[i] ?? [])
    const results = passes.map((pass) => {
      pass.run()
      return Float32Array.from(pass.result())
    })
    const rounds = timeInTurns(passes, runs, warmUp)
    return {
      pass: truth.name,
      findings: results.map((result, v) => ({
        error: errorOf(result, expected),
        sameBits: equal(result, results[0]),
        time: spreadOf(rounds.map((round) => round[v] ?? Number.NaN)),
        ratio: spreadOf(rounds.map((round) => (round[v] ?? Number.NaN) / (round[0] ?? Number.NaN))),
      })),
    }
  })
}

/** Seconds of one call: a list of rounds, each with a figure for every pass. */
function timeInTurns(passes: readonly Pass[], runs: number, warmUp: number): readonly (readonly number[])[] {
  let calls = 1
  for (let spent = 0; spent < warmUp * passes.length; ) {
    const seconds = passes.map((pass) => timed(pass, calls))
    spent += seconds.reduce((sum, one) => sum + one, 0)
    if (Math.max(...seconds) < RUN_SECONDS) calls *= 2
  }
  return Array.from({ length: runs }, () => passes.map((pass) => timed(pass, calls) / calls))
}

function timed(pass: Pass, calls: number): number {
  const start = performance.now()
  for (let i = 0; i < calls; i++) pass.run()
  return (performance.now() - start) / 1000
}

function errorOf(result: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (result.length !== expected.length) return Number.NaN
  let [largest, error] = [0, 0]
  for (let i = 0; i < expected.length; i++) {
    const truth = expected[i] ?? 0
    const distance = Math.abs((result[i] ?? 0) - truth)
    // NaN has to show, and Math.max keeps it.
    error = Math.max(error, distance)
    largest = Math.max(largest, Math.abs(truth))
  }
  return largest === 0 ? error : error / largest
}

function equal(a: Float32Array, b: Float32Array | undefined): boolean {
  const bits = (values: Float32Array): Uint32Array => new Uint32Array(values.buffer)
  if (b === undefined || a.length !== b.length) return false
  const other = bits(b)
  return bits(a).every((value, i) => value === other[i])
}
