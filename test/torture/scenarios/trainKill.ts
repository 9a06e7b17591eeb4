import { mkdir } from 'node:fs/promises'
import { blasMissing } from '../../engines.ts'
import type { Draw } from '../draw.ts'
import { type Ended, type Running, sleep, start } from '../processes.ts'
import { type Case, endOf, report, type Scenario } from '../scenario.ts'
import {
  complete,
  drawRunOptions,
  drawStopping,
  drawTraining,
  type Training,
  trainingReference,
  writeTraining,
} from '../trainings.ts'
import { judgeWhole } from '../verdicts/files.ts'
import { onlyRun } from '../verdicts/run.ts'

type Disturbance = 'SIGKILL' | 'SIGINT' | 'SIGINT twice' | 'SIGTERM' | 'SIGSTOP'

/** A training that is killed, interrupted and stopped at random moments, and resumed until it is done. */
export const trainKill: Scenario = {
  name: 'train-kill',
  about:
    'train, ended by kill -9, Ctrl-C, SIGTERM or SIGSTOP at random moments, and resumed until it is done',
  weight: 5,
  run: (trial) => disturbAndComplete(trial, drawTraining(trial.draw)),
}

/** The same with the engine blas, whose bits depend on the number of threads: always one. */
export const trainBlas: Scenario = {
  name: 'train-blas',
  about: 'the same with --engine blas and one thread',
  weight: 2,
  async run(trial) {
    if (blasMissing !== undefined) return trial.count('SKIPPED: no BLAS')
    await disturbAndComplete(trial, { ...drawTraining(trial.draw), engine: 'blas' })
  },
}

/** A training that early stopping ends, after fewer epochs than it is extended to or not at all before that. */
export const trainExtended: Scenario = {
  name: 'train-extended',
  about: 'train with early stopping for fewer epochs, then extended with --epochs, disturbed and resumed',
  weight: 2,
  async run(trial) {
    const { draw, folder, data } = trial
    const training = drawStopping(draw)
    const expected = await trainingReference(trial, training)
    const file = await writeTraining(folder, training)
    const few = ['--epochs', `${draw.integer(1, training.epochs - 1)}`]
    const options = ['--json', '--data', data, ...drawRunOptions(draw, training)]
    await endOf(trial, start(['train', file, ...options, ...few], { cwd: folder }))
    const run = onlyRun(folder)
    if (run === undefined) return trial.fault('no run', few.join(' '))
    trial.count('extended')
    for (let round = Math.min(trial.rounds, draw.integer(1, 2)); round > 0; round--)
      await disturbed(
        trial,
        ['train', '--resume', run, ...options, '--epochs', `${training.epochs}`],
        expected.seconds,
        training,
      )
    await complete(trial, file, training, expected)
  },
}

async function disturbAndComplete(trial: Case, training: Training): Promise<void> {
  const { draw } = trial
  const expected = await trainingReference(trial, training)
  const file = await writeTraining(trial.folder, training)
  await mkdir(`${trial.folder}/runs`)
  const early = training.extensible && draw.chance(0.3) ? draw.integer(1, training.epochs - 1) : undefined
  for (let round = Math.min(trial.rounds, draw.integer(1, 5)); round > 0; round--) {
    const args = nextCommand(trial, file, training, early)
    const ended = await disturbed(trial, args, expected.seconds, training)
    if (ended.code === 0 && early === undefined) break
  }
  await complete(trial, file, training, expected)
}

/** Starts the training, or resumes it where a run is there. */
function nextCommand(trial: Case, file: string, training: Training, early?: number): string[] {
  const run = onlyRun(trial.folder)
  const options = ['--json', '--data', trial.data, ...drawRunOptions(trial.draw, training)]
  if (run !== undefined) return ['train', '--resume', run, ...options]
  return ['train', file, ...options, ...(early === undefined ? [] : ['--epochs', `${early}`])]
}

async function disturbed(
  trial: Case,
  args: readonly string[],
  seconds: number,
  { epochs }: Training,
): Promise<Ended> {
  const { draw } = trial
  const what = draw.pick<Disturbance>([
    'SIGKILL',
    'SIGKILL',
    'SIGKILL',
    'SIGINT',
    'SIGINT twice',
    'SIGTERM',
    'SIGSTOP',
  ])
  const running = start(args, { cwd: trial.folder })
  await moment(running, draw, seconds, epochs)
  await disturb(running, what, draw)
  trial.count(what)
  trial.note(what)
  const ended = await endOf(trial, running, what === 'SIGSTOP' ? [] : ['SIGKILL', 'SIGINT', 'SIGTERM'])
  report(trial, judgeWhole(trial.folder))
  return ended
}

/** Either some epochs after the start, or after a share of the time that the training takes. */
async function moment(running: Running, draw: Draw, seconds: number, epochs: number): Promise<void> {
  if (draw.chance(0.4)) return sleep(1000 * seconds * draw.fraction())
  const after = draw.integer(0, Math.ceil(epochs / 2))
  await running.until(
    (lines) => lines.filter(({ value }) => value['type'] === 'epoch').length >= after && lines.length > 0,
  )
  await sleep(30 * draw.fraction())
}

async function disturb(running: Running, what: Disturbance, draw: Draw): Promise<void> {
  switch (what) {
    case 'SIGINT twice':
      running.signal('SIGINT')
      await sleep(draw.integer(0, 400))
      running.signal('SIGINT')
      break
    case 'SIGSTOP':
      running.signal('SIGSTOP')
      await sleep(draw.integer(10, 500))
      running.signal('SIGCONT')
      break
    default:
      running.signal(what)
  }
}
