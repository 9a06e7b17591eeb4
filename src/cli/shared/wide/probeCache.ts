import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { errorCode } from '../../../base/atomic.node.ts'
import { type Outcome, outcomes } from './runProbe.ts'

/** What an outcome holds for. */
export interface ProbeKey {
  readonly v8: string
  /** Model and abilities of the processor. */
  readonly processor: string
  /** Digest of the code that was tried. */
  readonly code: string
}

const schema = z.object({
  v8: z.string(),
  processor: z.string(),
  code: z.string(),
  outcome: z.enum(outcomes),
})

/** One file per version of V8, so that several Nodes on one machine do not overwrite each other's. */
function fileOf(folder: string, { v8 }: ProbeKey): string {
  return join(folder, `simd256-v8-${v8.replace(/[^\w.-]/g, '_')}.json`)
}

/** The outcome that an earlier process saved; undefined if there is none for this key or the file is damaged. */
export function readOutcome(folder: string, key: ProbeKey): Outcome | undefined {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(fileOf(folder, key), 'utf8'))
  } catch {
    return undefined
  }
  const { data } = schema.safeParse(content)
  const fits = data?.v8 === key.v8 && data.processor === key.processor && data.code === key.code
  return fits ? data.outcome : undefined
}

/**
 * Saves an outcome for later processes. The file is made anew and no link is followed. A file that is only half written
 * counts as damaged and is replaced.
 *
 * @returns why it could not be saved; undefined if it was
 */
export function saveOutcome(folder: string, key: ProbeKey, outcome: Outcome): string | undefined {
  const path = fileOf(folder, key)
  try {
    mkdirSync(folder, { recursive: true })
    rmSync(path, { force: true })
    writeFileSync(path, `${JSON.stringify({ ...key, outcome })}\n`, { flag: 'wx' })
    return undefined
  } catch (cause) {
    const code = errorCode(cause)
    // Another process was quicker.
    if (code === 'EEXIST') return undefined
    return `${path} cannot be written (${code ?? String(cause)})`
  }
}
