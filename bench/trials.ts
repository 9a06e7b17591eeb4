import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { type Dataset, limitDataset } from '../src/data/dataset.ts'
import { openStudyStore } from '../src/store/studyStore.node.ts'
import { studyConfig } from '../src/study/definition/config.ts'
import type { Study } from '../src/study/definition/schema.ts'
import { runStudy } from '../src/study/run/executor.node.ts'
import { WorkerHandle } from '../src/study/run/workerHandle.node.ts'
import { expandStudy } from '../src/study/search/expand.ts'
import { spreadOf } from './statistics.ts'
import { table } from './table.ts'
import { cnn, mlp } from './works.ts'

export interface Cost {
  readonly seconds: number
  /** Of all threads together: says more than the clock where other programs are busy. */
  readonly cpuSeconds: number
}

export interface TrialCosts {
  /** Trainings in the study. */
  readonly specs: number
  /** Costs of all rounds, by how the trainings were run: "alone" and then by the number of workers. */
  readonly seconds: ReadonlyMap<string, readonly Cost[]>
}

/** A grid of one model, one epoch a training; `full` is the paper's on folds, 125 trainings. */
export function studyOf(model: 'mlp' | 'cnn', full: boolean): Study {
  if (full) {
    const id = model === 'cnn' ? 'cnn-grid' : 'further-folds'
    const file = new URL('../reproductions/fashion-mnist/study.yaml', import.meta.url)
    const { experiments } = studyConfig(parse(readFileSync(file, 'utf8')))
    return studyConfig({ name: 'bench', experiments: experiments.filter((each) => each.id === id) })
  }
  const { model: spec, optimizer } = model === 'cnn' ? cnn.config : mlp.config
  const rates = model === 'cnn' ? [0.002, 0.001] : [0.2, 0.1]
  return studyConfig({
    name: 'bench',
    base: { model: spec, optimizer, epochs: 1 },
    axes: { 'optimizer.learningRate': rates, batchSize: [50, 100] },
    folds: { k: 3, kind: 'contiguous' },
  })
}

/**
 * The trainings of a study, in turns: one after the other in a thread of its own, which starts with nothing compiled, as
 * that of a study does; then as a study with each number of workers.
 */
export async function measureTrials(
  study: Study,
  everything: Dataset,
  {
    rows,
    rounds,
    workers,
  }: { readonly rows: number; readonly rounds: number; readonly workers: readonly number[] },
): Promise<TrialCosts> {
  const dataset = limitDataset(everything, rows)
  const specs = expandStudy(study)
  const costs = new Map<string, Cost[]>()
  const note = (name: string, cost: Cost): void => {
    costs.set(name, [...(costs.get(name) ?? []), cost])
  }
  for (let round = 0; round < rounds; round++) {
    note(ALONE, await timed(() => alone(study, dataset)))
    for (const count of workers)
      note(workersName(count), await timed(() => asStudy(study, specs.length, dataset, count)))
  }
  return { specs: specs.length, seconds: costs }
}

const ALONE = 'alone'

function workersName(workers: number): string {
  return `study, ${workers} worker${workers === 1 ? '' : 's'}`
}

/** Medians, and how many times as fast each is as the trainings one after the other. */
export function trialsTable({ specs, seconds }: TrialCosts): string {
  const single = medianCost(seconds.get(ALONE) ?? [])
  return table(
    ['', 'seconds', 'CPU seconds', 'trainings a minute', 'times as fast as alone'],
    [...seconds].map(([name, all]) => {
      const cost = medianCost(all)
      const rate = (60 * specs) / cost.seconds
      const ratio = name === ALONE ? '' : (single.seconds / cost.seconds).toFixed(2)
      return [name, cost.seconds.toFixed(2), cost.cpuSeconds.toFixed(2), rate.toFixed(1), ratio]
    }),
  )
}

/** By how much a study with one worker takes longer than the trainings alone: store, claims, events, heartbeats. */
export function overhead({ seconds }: TrialCosts): Cost | undefined {
  const [single, first] = [ALONE, workersName(1)].map((name) => seconds.get(name))
  if (single === undefined || first === undefined) return undefined
  const [less, more] = [medianCost(single), medianCost(first)]
  return {
    seconds: more.seconds / less.seconds - 1,
    cpuSeconds: more.cpuSeconds / less.cpuSeconds - 1,
  }
}

function medianCost(all: readonly Cost[]): Cost {
  return {
    seconds: spreadOf(all.map(({ seconds }) => seconds)).median,
    cpuSeconds: spreadOf(all.map(({ cpuSeconds }) => cpuSeconds)).median,
  }
}

/** The same trainings, one after the other in a thread of its own, without a store. */
async function alone(study: Study, data: Dataset): Promise<void> {
  const worker = new WorkerHandle(0, data)
  for (const { config, fold } of expandStudy(study)) {
    const end = await worker.run(
      { config, fold, engine: 'simd', threads: 1, goal: null, checkpoint: null },
      () => undefined,
    )
    if (end.type !== 'done') throw new Error('a training failed')
  }
  await worker.terminate()
}

async function asStudy(study: Study, specs: number, data: Dataset, workers: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'atelier-bench-'))
  const store = await openStudyStore(join(folder, 'atelier.db'))
  try {
    for await (const event of runStudy(study, { dataset: data, store, workers }))
      if (event.type === 'done' && event.counts.done < specs) throw new Error('trials failed')
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
