import { type ChildProcess, spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import type { Dataset, Examples } from '../../src/data/dataset.ts'
import type { Study } from '../../src/study/definition/schema.ts'
import { tinyDataset } from '../train/tiny.ts'

const script = fileURLToPath(new URL('process.js', import.meta.url))

const lineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('up') }),
  z.object({ type: z.literal('trial'), index: z.number() }),
  z.object({ type: z.literal('trialEnd'), index: z.number(), status: z.string() }),
  z.object({ type: z.literal('done'), counts: z.record(z.string(), z.number()), table: z.string() }),
])
export type Line = z.infer<typeof lineSchema>

export interface StudyProcess {
  readonly child: ChildProcess
  /** Settles when it has loaded its code. */
  readonly up: Promise<void>
  /** Lets a process that is `held` begin. */
  begin(): void
  /** What it has said so far. */
  readonly lines: readonly Line[]
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>
  /** Kills it and all that it has started, at once. */
  kill(): void
}

/** Writes the file that processes read their study from. */
export async function writeInput(folder: string, study: Study, dataset = tinyDataset()): Promise<string> {
  const examples = ({ images, labels, count }: Examples) => ({
    images: Buffer.from(images).toString('base64'),
    labels: Buffer.from(labels).toString('base64'),
    count,
  })
  const { train, test, ...rest }: Dataset = dataset
  const path = join(folder, 'input.json')
  await writeFile(
    path,
    JSON.stringify({ study, dataset: { ...rest, train: examples(train), test: examples(test) } }),
  )
  return path
}

interface ProcessOptions {
  readonly workers: number
  /** Seconds after which a silent process counts as dead. Default: 60 */
  readonly staleSeconds?: number
  /** Whether it waits for `begin` before it opens the store. Default: false */
  readonly held?: boolean
}

/** Starts a process, leader of a group of its own, that runs the study. */
export function startProcess(
  input: string,
  place: string,
  { workers, staleSeconds = 60, held = false }: ProcessOptions,
  onLine: (line: Line) => void = () => undefined,
): StudyProcess {
  const child = spawn(process.execPath, [script, input, place, `${workers}`, `${staleSeconds}`], {
    detached: true,
    stdio: 'pipe',
  })
  const begin = (): void => {
    child.stdin.end()
  }
  if (!held) begin()
  let loaded: () => void = () => undefined
  const up = new Promise<void>((resolve) => {
    loaded = resolve
  })
  const lines: Line[] = []
  let [rest, stderr] = ['', '']
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      const line = lineSchema.parse(JSON.parse(part))
      lines.push(line)
      if (line.type === 'up') loaded()
      onLine(line)
    }
  })
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, stderr }))
  })
  const kill = (): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGKILL')
  }
  return { child, up, begin, lines, ended, kill }
}
