import { expect, it, vi } from 'vitest'
import { type JobMessage, runJob } from '../../../src/study/run/job.ts'
import { Preparation } from '../../../src/study/run/preparation.ts'
import { trainingConfig } from '../../../src/train/config.ts'
import { train } from '../../../src/train/train.ts'
import { tinyDataset } from '../../train/tiny.ts'

const mlp = {
  model: { type: 'mlp', hidden: [9] },
  optimizer: { type: 'adam' },
  batchSize: 16,
  epochs: 2,
} as const
const small = { ...mlp, model: { type: 'mlp', hidden: [3] } } as const
const diverging = { ...mlp, optimizer: { type: 'sgd', learningRate: 1e30 } } as const

/** The weights that a job ended with, or why it failed. */
async function done(input: unknown, preparation: Preparation, threads = 1): Promise<string> {
  const told: JobMessage[] = []
  const job = { config: trainingConfig(input), fold: null, engine: 'simd', threads, goal: null } as const
  await runJob({ ...job, checkpoint: null }, preparation, new AbortController().signal, (message) =>
    told.push(message),
  )
  const end = told.at(-1)
  if (end?.type === 'failed') return end.kind
  return end?.type === 'done' ? end.result.weightsSha256 : ''
}

it('jobs of one worker train in the same memory, with the bits that they have in their own', async () => {
  const preparation = new Preparation(tinyDataset())
  const taken = vi.spyOn(preparation.memory, 'take')
  const jobs = [small, mlp, diverging, small, mlp]
  const ends = []
  for (const input of jobs) ends.push(await done(input, preparation))
  ends.push(await done(mlp, preparation, 2))
  const [first, ...others] = taken.mock.results.map(({ value }) => value)
  expect(first).toBeDefined()
  expect(others.map((memory) => memory === first)).toEqual(Array(5).fill(true))
  const alone = async (input: typeof mlp | typeof small) => (await train(input, tinyDataset())).weightsSha256
  const [ofSmall, ofMlp] = [await alone(small), await alone(mlp)]
  expect(ends).toEqual([ofSmall, ofMlp, 'diverged', ofSmall, ofMlp, ofMlp])
})
