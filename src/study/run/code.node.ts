import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageVersion } from '../../base/version.node.ts'
import type { EngineName } from '../../engine/engine.ts'
import type { EngineReason, Environment } from '../../store/contract.ts'
import { workerEntry } from './workerEntry.node.ts'

/** The folders whose code decides what a training computes. */
const folders = ['base', 'engine', 'data', 'nn', 'optim', 'train']

/**
 * The version of the code that trains, such as "0.1.0+3f2a91bc": the package's version and a digest of the compiled files
 * that workers run, so that results of a changed working copy are never reused.
 */
export function codeVersion(): string {
  const root = fileURLToPath(new URL('../..', workerEntry()))
  const hash = createHash('sha256')
  for (const folder of folders) {
    const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    for (const name of names.filter((each) => each.endsWith('.js')).sort())
      hash.update(`${folder}/${name.replaceAll('\\', '/')}\n`).update(readFileSync(join(root, folder, name)))
  }
  return `${packageVersion()}+${hash.digest('hex').slice(0, 8)}`
}

/** The code and the engine that trials are computed with, as a study keeps them: another engine gives other bits. */
export function versionWith(code: string, engine: EngineName): string {
  return engine === 'simd' ? code : `${code} ${engine}`
}

/** The code of what {@link versionWith} made. */
export function codeOf(version: string): string {
  return version.split(' ')[0] ?? version
}

/** What trials are computed with here. */
export function environmentHere(
  code: string,
  engine: EngineName,
  threads: number,
  engineChoice?: EngineReason,
): Environment {
  const processors = cpus()
  return {
    version: packageVersion(),
    codeVersion: code,
    engine,
    ...(engineChoice === undefined ? {} : { engineChoice }),
    threads,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memory: totalmem(),
  }
}
