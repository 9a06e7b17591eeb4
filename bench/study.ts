/**
 * What running trainings as a study costs, and what a second worker brings: a grid of the paper's CNN, one epoch each.
 *
 *     npm run build && npx tsx bench/study.ts [options]
 *
 *     --rows N        training images (2000); 60000 with --full
 *     --full          the paper's grid: 25 combinations, 5 folds. Takes hours.
 *     --workers 1,2   numbers of workers
 *     --rounds N      measured in turns, so often (3)
 *     --data DIR      a folder of IDX files; without it, Fashion-MNIST where the library finds it
 *
 * "alone" is the same trainings one after the other in a thread of its own, which starts with nothing compiled, as that of
 * a study does. What a study with one worker takes longer is the overhead of store, claims, events and heartbeats.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Dataset, limitDataset } from '../src/data/dataset.ts'
import { loadDataset } from '../src/data/sources.node.ts'
import { openStudyStore } from '../src/store/studyStore.node.ts'
import { studyConfig } from '../src/study/config.ts'
import { runStudy } from '../src/study/executor.node.ts'
import { expandStudy } from '../src/study/expand.ts'
import { Slot } from '../src/study/slot.node.ts'
import { machine } from './machine.ts'
import { spreadOf } from './statistics.ts'
import { table } from './table.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string' },
    full: { type: 'boolean', default: false },
    workers: { type: 'string', default: '1,2' },
    rounds: { type: 'string', default: '3' },
    data: { type: 'string' },
  },
})
const rows = Number(values.rows ?? (values.full ? 60_000 : 2000))
const workerCounts = values.workers.split(',').map(Number)
const rounds = Number(values.rounds)
if (![rows, rounds, ...workerCounts].every((count) => Number.isInteger(count) && count > 0))
  throw new RangeError('--rows, --workers and --rounds take whole numbers from 1 on')

const study = studyConfig({
  name: 'bench',
  base: { model: { type: 'cnn' }, optimizer: { type: 'adam' }, epochs: 1 },
  axes: values.full
    ? {
        'optimizer.learningRate': [0.1, 0.05, 0.01, 0.005, 0.001],
        batchSize: [50, 100, 200, 400, 600],
      }
    : { 'optimizer.learningRate': [0.002, 0.001], batchSize: [50, 100] },
  folds: { k: values.full ? 5 : 3, kind: 'contiguous' },
})
const dataset = limitDataset(
  await loadDataset({ source: 'auto', directory: values.data, offline: true }),
  rows,
)
const specs = expandStudy(study)

console.log(machine())
const real = dataset.synthetic ? ' (SYNTHETIC, not Fashion-MNIST)' : ''
console.log(
  `\n${specs.length} trainings of the CNN on ${dataset.train.count} images of ${dataset.name}${real}\n`,
)
interface Cost {
  readonly seconds: number
  /** Of all threads together: says more than the clock where other programs are busy. */
  readonly cpuSeconds: number
}

const costs = new Map<string, Cost[]>()
for (let round = 0; round < rounds; round++) {
  note('alone', await timed(() => alone(dataset)))
  for (const workers of workerCounts) note(named(workers), await timed(() => asStudy(dataset, workers)))
}
const single = medianOf('alone')
const first = medianOf(named(workerCounts[0] ?? 1))
console.log(
  table(
    ['', 'seconds', 'CPU seconds', 'trainings a minute', 'to the first study'],
    [...costs.keys()].map((name) => {
      const { seconds, cpuSeconds } = medianOf(name)
      const rate = (60 * specs.length) / seconds
      const ratio = name === 'alone' ? '' : (first.seconds / seconds).toFixed(2)
      return [name, seconds.toFixed(2), cpuSeconds.toFixed(2), rate.toFixed(1), ratio]
    }),
  ),
)
const overhead = (of: keyof Cost): string => `${((100 * (first[of] - single[of])) / single[of]).toFixed(1)} %`
console.log(
  `\nOverhead of a study with one worker: ${overhead('seconds')} of the time, ${overhead('cpuSeconds')} of the CPU time`,
)

function medianOf(name: string): Cost {
  const all = costs.get(name) ?? []
  return {
    seconds: spreadOf(all.map(({ seconds }) => seconds)).median,
    cpuSeconds: spreadOf(all.map(({ cpuSeconds }) => cpuSeconds)).median,
  }
}

/** The same trainings, one after the other in a thread of its own, without a store. */
async function alone(data: Dataset): Promise<void> {
  const slot = new Slot(0, data)
  for (const { config, fold } of specs) {
    const end = await slot.run(
      { config, fold, engine: 'simd', goal: null, checkpoint: null },
      () => undefined,
    )
    if (end.type !== 'done') throw new Error('a training failed')
  }
  await slot.terminate()
}

async function asStudy(data: Dataset, workers: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'atelier-bench-'))
  const store = await openStudyStore(join(folder, 'atelier.db'))
  try {
    for await (const event of runStudy(study, { dataset: data, store, workers }))
      if (event.type === 'done' && event.counts.done < specs.length) throw new Error('trials failed')
  } finally {
    await store.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function timed(work: () => Promise<void>): Promise<Cost> {
  const begun = performance.now()
  const cpu = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(cpu)
  return { seconds: (performance.now() - begun) / 1000, cpuSeconds: (user + system) / 1e6 }
}

function note(name: string, cost: Cost): void {
  costs.set(name, [...(costs.get(name) ?? []), cost])
}

function named(workers: number): string {
  return `study, ${workers} worker${workers === 1 ? '' : 's'}`
}
