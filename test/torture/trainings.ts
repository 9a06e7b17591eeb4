import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Draw } from './draw.ts'
import { start } from './processes.ts'
import { type Case, endOf, report } from './scenario.ts'
import { judgeLeftovers, judgeWhole } from './verdicts/files.ts'
import { judgeRun, onlyRun, type RunResult, readRun, runsBelow } from './verdicts/run.ts'

export interface Training {
  readonly config: object
  /** Whether the same bits come out when the run ends earlier first and is extended with `--epochs`. */
  readonly extensible: boolean
  readonly epochs: number
  /** Default: simd */
  readonly engine?: 'blas'
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

/** One that early stopping may end. */
export function drawStopping(draw: Draw): Training {
  const epochs = 60
  const part = { batchSize: 25, validation: 0.2, earlyStopping: { patience: draw.pick([1, 2, 5]) } }
  return { config: { ...draw.pick(models), ...part, epochs, seed: 1 }, epochs, extensible: true }
}

function engineOf({ engine }: Training): string[] {
  return engine === undefined ? [] : ['--engine', engine]
}

/** Options that make no difference to the result; the engine of the training is among them. */
export function drawRunOptions(draw: Draw, training: Training): string[] {
  const every = draw.pick(['1', '7', '0.0005m', '0.003m', '1000'])
  const threads = draw.pick(['1', '2'])
  return [
    ...['--threads', training.engine === 'blas' ? '1' : threads, '--checkpoint-every', every],
    ...engineOf(training),
  ]
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
    const args = ['train', file, '--data', trial.data, '--threads', '1', '--json', ...engineOf(training)]
    const ended = await start(args, { cwd: folder }).ended
    if (ended.code !== 0) throw new Error(`the undisturbed training failed: ${ended.stderr}`)
    const result = await readRun(onlyRun(folder) ?? '')
    return { ...result, seconds: ended.seconds }
  })
}

/** Lets the run come to its end without disturbance, and compares it. */
export async function complete(
  trial: Case,
  file: string,
  training: Training,
  expected: RunResult,
): Promise<void> {
  const run = onlyRun(trial.folder)
  const options = ['--json', '--data', trial.data, '--threads', '1', ...engineOf(training)]
  const args = run === undefined ? ['train', file, ...options] : ['train', '--resume', run, ...options]
  const extended = run === undefined ? args : [...args, '--epochs', `${training.epochs}`]
  const ended = await endOf(trial, start(extended, { cwd: trial.folder }))
  if (ended.code !== 0) return trial.fault('cannot be resumed', ended.stderr.trim())
  const runs = runsBelow(trial.folder)
  if (runs.length !== 1) trial.fault('not one run', runs.join(' '))
  const got = await readRun(runs[0] ?? '')
  report(trial, [...judgeRun(got, expected), ...judgeWhole(trial.folder), ...judgeLeftovers(trial.folder)])
}
