import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Draw } from './draw.ts'
import { type Ended, start } from './processes.ts'
import type { Case } from './scenario.ts'
import { onlyRun, type RunResult, readRun } from './verdicts/run.ts'

export interface Training {
  readonly config: object
  /** Whether the same bits come out when the run ends earlier first and is extended with `--epochs`. */
  readonly extensible: boolean
  readonly epochs: number
}

const models = [
  { model: { type: 'mlp', hidden: [16] }, optimizer: { type: 'sgd', learningRate: 0.02, momentum: 0.5 } },
  { model: { type: 'mlp', hidden: [12, 8], activation: 'tanh' }, optimizer: { type: 'adam' } },
  {
    model: {
      type: 'layers',
      layers: [
        { type: 'conv2d', filters: 3, kernelSize: 3 },
        { type: 'batchNorm' },
        { type: 'relu' },
        { type: 'maxPool2d', size: 2 },
        { type: 'flatten' },
        { type: 'dropout', rate: 0.2 },
        { type: 'dense', units: 4 },
      ],
    },
    optimizer: { type: 'adamw' },
  },
] as const

const others = [
  { batchSize: 25 },
  { batchSize: 50, validation: 0.2 },
  { batchSize: 40, validation: 0.2, earlyStopping: { patience: 30 }, schedule: { type: 'cosine' } },
  { batchSize: 100, augment: { shift: 1, flip: true }, schedule: { type: 'plateau' }, validation: 0.1 },
] as const

/** Few different ones, so that their undisturbed results are soon known. Each takes about a second. */
export function drawTraining(draw: Draw): Training {
  const part = draw.pick(others)
  const epochs = 60
  const config = { ...draw.pick(models), ...part, epochs, seed: draw.integer(1, 2) }
  return { config, epochs, extensible: !('schedule' in part) && !('earlyStopping' in part) }
}

/** Options that make no difference to the result. */
export function drawRunOptions(draw: Draw): string[] {
  const every = draw.pick(['1', '7', '0.0005m', '0.003m', '1000'])
  return ['--threads', draw.pick(['1', '2']), '--checkpoint-every', every]
}

export async function writeTraining(folder: string, { config }: Training): Promise<string> {
  const file = join(folder, 'training.json')
  await writeFile(file, JSON.stringify(config, undefined, 2))
  return file
}

/** What the training ends with when nobody disturbs it. */
export function trainingReference(trial: Case, training: Training): Promise<RunResult> {
  return trial.references.get(JSON.stringify(training), async (folder) => {
    const file = await writeTraining(folder, training)
    const args = ['train', file, '--data', trial.data, '--threads', '1', '--json']
    const ended: Ended = await start(args, { cwd: folder }).ended
    if (ended.code !== 0) throw new Error(`the undisturbed training failed: ${ended.stderr}`)
    const result = await readRun(onlyRun(folder) ?? '')
    return { ...result, seconds: ended.seconds }
  })
}
