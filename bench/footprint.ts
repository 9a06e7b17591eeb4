import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Value } from './results.ts'
import { type Spread, spreadOf } from './statistics.ts'
import { table } from './table.ts'

/** What a fresh process needs. */
interface Footprint {
  /** Seconds from starting the process until the first training step was done. */
  readonly firstStep: number
  /** Largest resident memory in bytes: of Node alone, then with the data loaded and the training done. */
  readonly bare: number
  readonly peak: number
}

/** What is trained. Garbage piles up for some epochs: a training of the usual length needs more than one epoch. */
const TRAININGS = [
  { threads: 1, epochs: 1 },
  { threads: 2, epochs: 1 },
  { threads: 2, epochs: 8 },
]

/**
 * Memory and start-up of fresh processes that load IDX files, train and measure the result after every epoch.
 *
 * @param folder plain IDX files; the operating system has them in its cache from the second run on
 * @param datasetBytes images and labels
 */
export async function benchFootprint(
  folder: string,
  datasetBytes: number,
  runs: number,
): Promise<{ readonly markdown: string; readonly values: Value[] }> {
  const values: Value[] = []
  const rows: string[][] = []
  for (const { threads, epochs } of TRAININGS) {
    const footprints: Footprint[] = []
    await measure(folder, threads, epochs)
    for (let run = 0; run < runs; run++) footprints.push(await measure(folder, threads, epochs))
    const of = (pick: (footprint: Footprint) => number): Spread => spreadOf(footprints.map(pick))
    const name = epochs === 1 ? String(threads) : `${threads}, ${epochs} epochs`
    values.push(
      { name: `start to first step, ${name}`, unit: 's', spread: of(({ firstStep }) => firstStep) },
      { name: `peak memory, ${name}`, unit: 'bytes', spread: of(({ peak }) => peak) },
    )
    const beyond = of(({ peak, bare }) => peak - bare - datasetBytes)
    rows.push([
      String(threads),
      String(epochs),
      of(({ firstStep }) => firstStep).median.toFixed(2),
      mebi(of(({ peak }) => peak).median),
      mebi(of(({ bare }) => bare).median),
      mebi(datasetBytes),
      mebi(beyond.median),
      `${mebi(beyond.least)} to ${mebi(beyond.most)}`,
    ])
  }
  const head = [
    'threads',
    'epochs',
    'start to first step, s',
    'peak MiB',
    'Node alone',
    'dataset',
    'the rest',
    '',
  ]
  return { markdown: table(head, rows), values }
}

const mebi = (bytes: number): string => (bytes / 2 ** 20).toFixed(0)

async function measure(folder: string, threads: number, epochs: number): Promise<Footprint> {
  const script = fileURLToPath(new URL('./firstStep.js', import.meta.url))
  const start = performance.now()
  const child = spawn(process.execPath, [script, folder, String(threads), String(epochs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let firstStep: number | undefined
  let text = ''
  for await (const chunk of child.stdout) {
    text += String(chunk)
    if (firstStep === undefined && text.includes('first step')) firstStep = (performance.now() - start) / 1000
  }
  const found = /bare (\d+)[\s\S]*peak (\d+)/.exec(text)
  if (firstStep === undefined || found === null) throw new Error(`bench/firstStep.js said: ${text}`)
  return { firstStep, bare: Number(found[1]), peak: Number(found[2]) }
}
