import { availableParallelism, cpus, totalmem } from 'node:os'
import { EngineError } from '../../../base/errors.ts'
import { packageVersion } from '../../../base/version.node.ts'
import { describeSources } from '../../../data/describe.node.ts'
import { cacheFolder } from '../../../data/locate.node.ts'
import { coreTypeFor, thisMachine } from '../../../engine/blas/environment.node.ts'
import { openBlas } from '../../../engine/blas/library.node.ts'
import { type EngineChoice, fastestEngine } from '../../../engine/choose.ts'
import { measuredPeak } from '../../../engine/peak.ts'
import { sourceOf } from '../../shared/dataset.ts'
import { threadCount } from '../../shared/threads.ts'
import { type WideVectors, wideVectors } from '../../shared/wide/wideVectors.ts'

/** Seconds that each speed is measured for. */
const MEASURED = 0.1

/** The BLAS that was found, or why there is none. */
export type BlasFinding =
  | {
      readonly found: true
      readonly title: string
      readonly path: string
      /** The version text of the library. */
      readonly version: string | null
      readonly coreType: string | null
      /** The core type of the processor, if OPENBLAS_CORETYPE names another one. */
      readonly possibleCoreType: string | null
      readonly koffi: string
      /** GFLOP/s on one core. */
      readonly peak: number
    }
  | { readonly found: false; readonly problem: string }

/** What `atelier doctor` finds; with `type` the object that `--json` prints. */
export interface Findings {
  readonly version: string
  readonly node: string
  readonly v8: string
  readonly platform: string
  readonly cpu: string
  readonly cores: number
  /** Bytes. */
  readonly memory: number
  /** Default of `--threads`. */
  readonly threads: number
  /** The choice of `--engine auto`. The default engine is simd. */
  readonly auto: EngineChoice
  /** ATELIER_BLAS, if set. */
  readonly blasVariable: string | null
  readonly blas: BlasFinding
  readonly wideVectors: WideVectors
  /** GFLOP/s of the simd engine on one core. */
  readonly simdPeak: number
  /** The folder that data would be read from; null if they would be downloaded. */
  readonly data: { readonly path: string; readonly origin: string; readonly fashionMnist: boolean } | null
  /** Folders whose files cannot be used, with the reason. */
  readonly dataProblems: readonly string[]
  readonly cache: { readonly path: string; readonly origin: string }
}

export async function examine(data: string | undefined): Promise<Findings> {
  const { directory } = sourceOf(data)
  const { places } = await describeSources({ directory, offline: true })
  // Must precede the compilation of kernels.
  const wide = wideVectors()
  const place = places.find(({ chosen, state }) => chosen && state === 'found')
  return {
    version: packageVersion(),
    node: process.version,
    v8: process.versions.v8,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: totalmem(),
    threads: threadCount(undefined),
    auto: fastestEngine(),
    blasVariable: process.env['ATELIER_BLAS'] || null,
    blas: examineBlas(),
    wideVectors: wide,
    simdPeak: measuredPeak('simd', MEASURED),
    data: place ? { ...place.place, fashionMnist: place.fashionMnist } : null,
    dataProblems: places
      .filter(({ state }) => state !== 'found' && state !== 'missing')
      .map(({ place: { path }, problem }) => `${path}: ${problem}`),
    cache: cacheFolder(process.env),
  }
}

function examineBlas(): BlasFinding {
  try {
    const { title, path, version, coreType, koffi } = openBlas()
    const machine = thisMachine()
    const possible = coreTypeFor(machine)
    const own = machine.environment['OPENBLAS_CORETYPE'] !== undefined
    return {
      ...{ found: true, title, path, koffi },
      version: version ?? null,
      coreType: coreType ?? null,
      possibleCoreType: own && coreType !== undefined && possible !== coreType ? (possible ?? null) : null,
      peak: measuredPeak('blas', MEASURED),
    }
  } catch (error) {
    if (error instanceof EngineError) return { found: false, problem: error.message }
    throw error
  }
}
