import type { Dataset } from '../../src/data/dataset.ts'
import type { EngineName } from '../../src/engine/engine.ts'
import { engines, nameOf } from '../ours.ts'
import type { Value } from '../results.ts'
import { spreadOf } from '../statistics.ts'
import { table } from '../table.ts'
import { measureTrials, studyOf, trialsTable } from '../trials.ts'
import { cnn, mlp } from '../works.ts'
import { counted, scalingTable, timesOf, valuesOf } from './scalingTable.ts'
import { bothModels, byBatch, byWidth, SWEEP_IMAGES } from './sweeps.ts'
import { inTurns, type Timed, type Variant } from './variants.ts'

/** What a scaling benchmark found: Markdown, and the numbers. */
export interface Scaling {
  readonly id: string
  readonly title: string
  readonly markdown: string
  readonly values: Value[]
}

/** How atelier scales: with threads, batch size, width and trials side by side. One result after the other. */
export async function* benchScaling(
  dataset: Dataset,
  threadCounts: readonly number[],
  turns: number,
): AsyncGenerator<Scaling> {
  const counts = [...new Set([1, ...threadCounts])].toSorted((a, b) => a - b)
  yield await perEngine('scaling-threads', `Threads, ${turns} epochs in turns`, async (engine) => {
    const variants = bothModels()
    const timed = await inTurns(variants, dataset, counts, engine, turns)
    return { timed, markdown: threadTable(variants, timed, counts) }
  })
  for (const work of [mlp, cnn]) {
    const images = SWEEP_IMAGES.batch[work.id]
    const title = `${work.id.toUpperCase()} by batch size, ${turns} epochs of ${images} images in turns`
    yield await perEngine(`scaling-batch-${work.id}`, title, (engine) =>
      sweep(byBatch(work), images, { base: 'batch 400', title: 'to batch 400' }, engine),
    )
  }
  const title = `Perceptron by width of both hidden layers, ${turns} epochs of ${SWEEP_IMAGES.width} images in turns`
  yield await perEngine('scaling-width', title, (engine) =>
    sweep(byWidth(), SWEEP_IMAGES.width, { base: 'width 64', title: 'growth to that of operations' }, engine),
  )
  for (const work of [mlp, cnn]) yield await trials(work.id, dataset)

  async function sweep(
    variants: readonly Variant[],
    wanted: number,
    comparison: { readonly base: string; readonly title: string },
    engine: EngineName,
  ) {
    const images = Math.min(wanted, dataset.train.count)
    const timed = await inTurns(variants, dataset, counts, engine, turns)
    return { timed, markdown: scalingTable(variants, timed, { ...comparison, images }) }
  }
}

/** The same for every engine; one that this machine has not is named with the reason. */
async function perEngine(
  id: string,
  title: string,
  measure: (engine: EngineName) => Promise<{ readonly timed: readonly Timed[]; readonly markdown: string }>,
): Promise<Scaling> {
  const tables: string[] = []
  const values: Value[] = []
  for (const engine of engines) {
    try {
      const { timed, markdown } = await measure(engine)
      tables.push(engines.length === 1 ? markdown : `${nameOf(engine)}:\n\n${markdown}`)
      values.push(...valuesOf(timed).map((value) => ({ ...value, name: `${nameOf(engine)}, ${value.name}` })))
    } catch (error) {
      tables.push(error instanceof Error ? error.message : String(error))
    }
  }
  return { id, title, markdown: tables.join('\n\n'), values }
}

function threadTable(
  variants: readonly Variant[],
  timed: readonly Timed[],
  counts: readonly number[],
): string {
  const more = counts.filter((threads) => threads > 1)
  return table(
    [
      '',
      's/epoch, 1 thread',
      ...more.flatMap((threads) => [`s/epoch, ${counted(threads)}`, 'times as fast']),
    ],
    variants.map(({ label }) => {
      const single = timesOf(timed, label, 1)
      return [
        label,
        spreadOf(single).median.toFixed(3),
        ...more.flatMap((threads) => {
          const several = timesOf(timed, label, threads)
          const speedUp = spreadOf(single.map((seconds, turn) => seconds / (several[turn] ?? Number.NaN)))
          const range = `${speedUp.least.toFixed(2)} to ${speedUp.most.toFixed(2)}`
          return [spreadOf(several).median.toFixed(3), `${speedUp.median.toFixed(2)} (${range})`]
        }),
      ]
    }),
  )
}

/** Images of a training in the study, and how often it is run. */
const TRIALS = { rows: 4000, rounds: 3, workers: [1, 2] }

async function trials(model: 'mlp' | 'cnn', dataset: Dataset): Promise<Scaling> {
  const costs = await measureTrials(studyOf(model, false), dataset, TRIALS)
  const { specs, seconds } = costs
  const title = `Trials side by side: ${specs} trainings of the ${model.toUpperCase()} on ${TRIALS.rows} images, ${TRIALS.rounds} rounds in turns`
  const values = [...seconds].map(([name, all]) => ({
    name,
    unit: 's',
    spread: spreadOf(all.map((cost) => cost.seconds)),
  }))
  return { id: `scaling-trials-${model}`, title, markdown: trialsTable(costs), values }
}
