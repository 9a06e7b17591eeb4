import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Fault } from './ending.ts'

/** All of a finished run that must not depend on disturbances. */
export interface RunResult {
  /** result.json without times and what describes the machine. */
  readonly result: Readonly<Record<string, unknown>>
  /** history.json without seconds. */
  readonly history: readonly Readonly<Record<string, unknown>>[]
  /** SHA-256 of the files with weights, by name. */
  readonly weights: Readonly<Record<string, string>>
  /** How long it took, start of the process included. */
  readonly seconds: number
}

/** Below `cwd/runs`, folders of runs that have at least their config.json. */
export function runsBelow(cwd: string): string[] {
  const folder = join(cwd, 'runs')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => existsSync(join(path, 'config.json')))
    .sort()
}

export function onlyRun(cwd: string): string | undefined {
  return runsBelow(cwd)[0]
}

export async function readRun(run: string): Promise<RunResult> {
  const { epochSeconds, threads, ...result } = await readObject(join(run, 'result.json'))
  const rows: Record<string, unknown>[] = JSON.parse(await readFile(join(run, 'history.json'), 'utf8'))
  const history = rows.map(({ seconds, ...row }) => row)
  const names = ['weights.safetensors', 'best.safetensors'].filter((name) => existsSync(join(run, name)))
  const weights = Object.fromEntries(names.map((name) => [name, sha256(readFileSync(join(run, name)))]))
  return { result, history, weights, seconds: 0 }
}

async function readObject(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path, 'utf8'))
}

/** Compares a run that was disturbed with one that was not. */
export function judgeRun(got: RunResult, expected: RunResult): Fault[] {
  const faults: Fault[] = []
  const epochs = got.history.map(({ epoch }) => Number(epoch))
  if (epochs.some((epoch, i) => epoch !== i + 1))
    faults.push({ kind: 'history: epochs missing or twice', text: epochs.join(' ') })
  for (const part of ['result', 'history', 'weights'] as const) {
    const difference = firstDifference(got[part], expected[part], part)
    if (difference !== undefined) faults.push({ kind: `other ${part} than undisturbed`, text: difference })
  }
  return faults
}

/** Where two plain values differ first, as text; undefined when they are equal. */
export function firstDifference(got: unknown, expected: unknown, path: string): string | undefined {
  if (Object.is(got, expected)) return undefined
  if (typeof got !== 'object' || typeof expected !== 'object' || got === null || expected === null)
    return `${path}: ${JSON.stringify(got)}, expected ${JSON.stringify(expected)}`
  const [left, right] = [new Map(Object.entries(got)), new Map(Object.entries(expected))]
  for (const key of new Set([...right.keys(), ...left.keys()])) {
    const difference = firstDifference(left.get(key), right.get(key), `${path}.${key}`)
    if (difference !== undefined) return difference
  }
  return undefined
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
