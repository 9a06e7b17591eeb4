import { mkdir } from 'node:fs/promises'
import type { Draw } from '../draw.ts'
import { type Ended, type Running, sleep, start } from '../processes.ts'
import { type Case, noteEnd, type Scenario } from '../scenario.ts'
import {
  drawRunOptions,
  drawTraining,
  type Training,
  trainingReference,
  writeTraining,
} from '../trainings.ts'
import { judgeEnding } from '../verdicts/ending.ts'
import { judgeLeftovers, judgeWhole } from '../verdicts/files.ts'
import { judgeRun, onlyRun, type RunResult, readRun, runsBelow } from '../verdicts/run.ts'

type Disturbance = 'SIGKILL' | 'SIGINT' | 'SIGINT twice' | 'SIGTERM' | 'SIGSTOP'

/** A training that is killed, interrupted and stopped at random moments, and resumed until it is done. */
export const trainKill: Scenario = {
  name: 'train-kill',
  about:
    'train, ended by kill -9, Ctrl-C, SIGTERM or SIGSTOP at random moments, and resumed until it is done',
  weight: 5,
  async run(trial) {
    const { draw } = trial
    const training = drawTraining(draw)
    const expected = await trainingReference(trial, training)
    const file = await writeTraining(trial.folder, training)
    await mkdir(`${trial.folder}/runs`)
    const early = training.extensible && draw.chance(0.3) ? draw.integer(1, training.epochs - 1) : undefined
    for (let round = Math.min(trial.rounds, draw.integer(1, 5)); round > 0; round--) {
      const args = nextCommand(trial, file, draw, early)
      const ended = await disturbed(trial, args, expected.seconds, training)
      if (ended.code === 0 && early === undefined) break
    }
    await complete(trial, file, training, expected)
  },
}

/** Starts the training, or resumes it where a run is there. */
function nextCommand(trial: Case, file: string, draw: Draw, early?: number): string[] {
  const run = onlyRun(trial.folder)
  const options = ['--json', '--data', trial.data, ...drawRunOptions(draw)]
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
  const ended = await running.ended
  noteEnd(trial, ended)
  const sent: NodeJS.Signals[] = what === 'SIGSTOP' ? [] : ['SIGKILL', 'SIGINT', 'SIGTERM']
  for (const { kind, text } of [...judgeEnding(ended, sent), ...judgeWhole(trial.folder)])
    trial.fault(kind, text)
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

/** Lets the run come to its end without disturbance, and compares it. */
export async function complete(
  trial: Case,
  file: string,
  { epochs }: Training,
  expected: RunResult,
): Promise<void> {
  const run = onlyRun(trial.folder)
  const options = ['--json', '--data', trial.data, '--threads', '1']
  const args = run === undefined ? ['train', file, ...options] : ['train', '--resume', run, ...options]
  const extended = run === undefined ? args : [...args, '--epochs', `${epochs}`]
  const ended = await start(extended, { cwd: trial.folder }).ended
  noteEnd(trial, ended)
  for (const { kind, text } of judgeEnding(ended)) trial.fault(kind, text)
  if (ended.code !== 0) return trial.fault('cannot be resumed', ended.stderr.trim())
  const runs = runsBelow(trial.folder)
  if (runs.length !== 1) trial.fault('not one run', runs.join(' '))
  const got = await readRun(runs[0] ?? '')
  const faults = [...judgeRun(got, expected), ...judgeWhole(trial.folder), ...judgeLeftovers(trial.folder)]
  for (const { kind, text } of faults) trial.fault(kind, text)
}
