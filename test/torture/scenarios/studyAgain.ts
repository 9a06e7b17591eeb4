import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { start } from '../processes.ts'
import { type Case, endOf, report, type Scenario } from '../scenario.ts'
import {
  completeStudy,
  drawStudy,
  Moment,
  studyArguments,
  studyReference,
  studyTimes,
  writeStudy,
} from '../studies.ts'
import { judgeLeftovers, judgeWhole } from '../verdicts/files.ts'
import { judgeStudy, readTrials } from '../verdicts/study.ts'

const operations = ['run', 'run', 'force', 'fork', 'delete', 'other name', 'second store', 'limited'] as const
type Operation = (typeof operations)[number]

/** What is done with one study: its file, its name in the store and the store. */
interface Place {
  readonly file: string
  readonly name: string
  readonly store: string
}

/** The same study again and again: forced, forked, deleted, under another name, in a second store of the same folder. */
export const studyAgain: Scenario = {
  name: 'study-again',
  about:
    'a study run again with --force, --fork or --trials, after runs delete, under another name and in a second store of the same folder; half of the runs are killed or interrupted',
  weight: 6,
  async run(trial) {
    const { draw, folder } = trial
    const study = drawStudy(draw)
    trial.count(`study ${study.name}`)
    const expected = await studyReference(trial, study)
    const main: Place = { file: await writeStudy(folder, study), name: study.name, store: 'runs/atelier.db' }
    const other = { ...main, file: await writeStudy(folder, study, 'other'), name: 'other' }
    const second = { ...main, store: 'runs/second.db' }
    const used = new Set<Place>([main])
    let runs = 0
    for (let step = draw.integer(2, 5); step > 0; step--) {
      const operation = draw.pick<Operation>(operations)
      const place = operation === 'other name' ? other : operation === 'second store' ? second : main
      used.add(place)
      runs++
      await operate(trial, operation, place, expected.seconds)
    }
    for (const { file, name, store } of used) {
      if (!(await completeStudy(trial, file, { store }))) continue
      report(trial, judgeStudy(await readTrials(folder, name, store), expected, 2 * runs))
    }
    report(trial, [...judgeWhole(folder), ...judgeLeftovers(folder)])
  },
}

async function operate(trial: Case, operation: Operation, place: Place, seconds: number): Promise<void> {
  const { draw, folder } = trial
  const { file, name, store } = place
  trial.count(operation)
  const moment = new Moment(draw, seconds)
  const end = draw.pick(['SIGKILL', 'SIGINT', 'none', 'none'] as const)
  if (operation === 'delete') {
    if (!existsSync(join(folder, store))) return
    await endOf(trial, start(['runs', 'delete', name, '--yes', '--store', store], { cwd: folder }))
    return
  }
  const flags = { force: ['--force'], fork: ['--fork'], limited: ['--trials', `${draw.integer(1, 4)}`] }
  const given =
    operation === 'force' || operation === 'fork' || operation === 'limited' ? flags[operation] : []
  const args = studyArguments(trial, file, { store, workers: draw.pick([1, 2]), flags: given })
  const running = start(args, { cwd: folder, env: studyTimes })
  if (end !== 'none') {
    await moment.come(running)
    running.signal(end)
    trial.count(end)
    trial.note(end)
  }
  await endOf(trial, running, ['SIGKILL', 'SIGINT'])
}
