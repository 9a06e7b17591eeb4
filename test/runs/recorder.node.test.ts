import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultConfig } from '../../src/cli/shared/config/models.ts'
import { loadDataset } from '../../src/node.ts'
import { type CheckpointInterval, Recorder } from '../../src/runs/recorder.node.ts'
import type { EpochRecord, ProgressEvent, StartEvent } from '../../src/train/events.ts'
import { temporaryFolders, writeBands } from '../cli/atelier.ts'

const folder = temporaryFolders()

const start: StartEvent = {
  ...{ type: 'start', summary: '', parameters: 1, dataset: 'bands', synthetic: false, trainRows: 6 },
  ...{ validationRows: 0, testRows: 3, epochs: 5, stepsPerEpoch: 2, threads: 1, engine: 'simd' },
  ...{ resumedEpoch: 0, resumedStep: 0, warnings: [] },
}
const record = (epoch: number): EpochRecord => ({
  ...{ epoch, learningRate: 1, loss: 1, accuracy: 0, train: null, validation: null, test: null, seconds: 1 },
})
const progress: Omit<ProgressEvent, 'checkpoint' | 'epoch'> = {
  ...{ type: 'progress', step: 1, steps: 2, loss: 1, accuracy: 0, imagesPerSecond: 1, secondsLeft: 1 },
}

/** After which steps and epochs of a training of five epochs its state is saved. */
async function savedAfter(checkpointEvery: CheckpointInterval): Promise<string[]> {
  const cwd = await folder()
  await writeBands(cwd, { train: 6, test: 3 })
  const dataset = await loadDataset({ source: 'auto', directory: cwd })
  const config = { ...defaultConfig('mlp'), epochs: 5 }
  const plan = {
    config,
    engine: 'simd' as const,
    checkpointEvery,
    out: join(cwd, 'runs'),
  }
  const recorder = new Recorder(plan, { data: cwd, classes: dataset.classes, fingerprint: 'bands' })
  const saved: string[] = []
  const checkpoint = (name: string) => () => {
    saved.push(name)
    return new Uint8Array(1)
  }
  await recorder.take(start)
  for (let epoch = 1; epoch <= 5; epoch++) {
    await recorder.take({ ...progress, epoch, checkpoint: checkpoint(`in ${epoch}`) })
    await recorder.take({
      ...{ type: 'epoch', record: record(epoch) },
      ...{ checkpoint: checkpoint(`after ${epoch}`), weights: () => new Uint8Array(1) },
    })
  }
  const [run = ''] = await readdir(join(cwd, 'runs'))
  expect(await readdir(join(cwd, 'runs', run))).toContain('checkpoint.safetensors')
  return saved
}

const never = Number.POSITIVE_INFINITY

test.each<[string, CheckpointInterval, string[]]>([
  ['every epoch', { epochs: 1, seconds: 30 }, ['after 1', 'after 2', 'after 3', 'after 4', 'after 5']],
  ['every second epoch, and the last', { epochs: 2, seconds: never }, ['after 2', 'after 4', 'after 5']],
  ['after a time that has not passed, but the last', { epochs: never, seconds: 600 }, ['after 5']],
  [
    'whenever the time has passed',
    { epochs: never, seconds: -1 },
    [1, 2, 3, 4, 5].flatMap((epoch) => [`in ${epoch}`, `after ${epoch}`]),
  ],
])('the state is saved %s', async (_when, every, expected) => {
  expect(await savedAfter(every)).toEqual(expected)
})
