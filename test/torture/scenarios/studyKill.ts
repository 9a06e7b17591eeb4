import { type Running, sleep, start } from '../processes.ts'
import { type Case, endOf, report, type Scenario } from '../scenario.ts'
import {
  drawStudy,
  judgeCompleted,
  Moment,
  studyArguments,
  studyReference,
  studyTimes,
  writeStudy,
} from '../studies.ts'
import { judgeWhole } from '../verdicts/files.ts'
import type { StudyResult } from '../verdicts/study.ts'
import { judgeTwice, type Told } from '../verdicts/twice.ts'

const disturbances = [
  'SIGKILL',
  'SIGKILL',
  'SIGKILL',
  'SIGINT',
  'SIGINT twice',
  'SIGTERM',
  'SIGSTOP',
  'none',
] as const
type Disturbance = (typeof disturbances)[number]

/** A study of one or three processes that are killed, interrupted and stopped, and run again until it is done. */
export const studyKill: Scenario = {
  name: 'study-kill',
  about:
    'run of a study by one or three processes, each ended by kill -9, Ctrl-C, SIGTERM or stopped for longer than the heartbeat, and run again until it is done',
  weight: 8,
  async run(trial) {
    const { draw, folder } = trial
    const study = drawStudy(draw)
    trial.count(`study ${study.name}`)
    const expected = await studyReference(trial, study)
    const file = await writeStudy(folder, study)
    let disturbed = 0
    for (let round = Math.min(trial.rounds, draw.integer(1, 3)); round > 0; round--)
      disturbed += await runDisturbed(trial, file, expected)
    await judgeCompleted(trial, file, study.name, expected, disturbed)
  },
}

/** Starts one or three processes and disturbs each of them. Returns how many were disturbed. */
async function runDisturbed(trial: Case, file: string, expected: StudyResult): Promise<number> {
  const { draw } = trial
  const count = draw.pick([1, 1, 3])
  const workers = count === 1 ? draw.pick([1, 2]) : 1
  const plans = Array.from({ length: count }, () => ({
    what: draw.pick<Disturbance>(disturbances),
    own: new Moment(draw, expected.seconds),
  }))
  const told = await Promise.all(
    plans.map(async ({ what, own }): Promise<Told> => {
      const running = start(studyArguments(trial, file, { workers }), { cwd: trial.folder, env: studyTimes })
      await own.come(running)
      const wasStopped = await disturb(trial, running, what, own)
      await endOf(trial, running, ['SIGKILL', 'SIGINT', 'SIGTERM'])
      return { lines: running.lines, endedAt: performance.now(), wasStopped }
    }),
  )
  report(trial, [...judgeTwice(told), ...judgeWhole(trial.folder)])
  return plans.filter(({ what }) => what !== 'none').length
}

/** Returns whether the process was stopped for longer than its heartbeat. */
async function disturb(trial: Case, running: Running, what: Disturbance, own: Moment): Promise<boolean> {
  trial.note(what)
  trial.count(what)
  switch (what) {
    case 'none':
      return false
    case 'SIGINT twice':
      running.signal('SIGINT')
      await sleep(own.pause)
      running.signal('SIGINT')
      return false
    case 'SIGSTOP':
      running.signal('SIGSTOP')
      await sleep(own.length)
      running.signal('SIGCONT')
      return own.length > 700
    default:
      running.signal(what)
      return false
  }
}
