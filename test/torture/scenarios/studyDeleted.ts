import { host } from '../host.ts'
import { start } from '../processes.ts'
import { endOf, report, type Scenario } from '../scenario.ts'
import {
  drawStudy,
  judgeCompleted,
  Moment,
  studyArguments,
  studyReference,
  studyTimes,
  writeStudy,
} from '../studies.ts'
import { judgeEnding } from '../verdicts/ending.ts'
import { judgeWhole } from '../verdicts/files.ts'

/** `runs delete` under a process that runs the study: refused while it trains, else its run ends with a clear line. */
export const studyDeleted: Scenario = {
  name: 'study-deleted',
  about:
    'runs delete while a process runs the study, which may be stopped meanwhile; then run again until it is done',
  weight: 2,
  async run(trial) {
    const { draw, folder } = trial
    const study = drawStudy(draw)
    trial.count(`study ${study.name}`)
    const expected = await studyReference(trial, study)
    const file = await writeStudy(folder, study)
    const args = studyArguments(trial, file, { workers: draw.pick([1, 2]) })
    const running = start(args, { cwd: folder, env: studyTimes })
    await new Moment(draw, expected.seconds).come(running)
    // The store is there, and the study in it.
    await running.until((lines) => lines.length > 0)
    const stopped = draw.chance(0.3)
    if (stopped) running.signal('SIGSTOP')
    let deleted = false
    // Often, because it is refused while a trial is trained and there is little time between two trials.
    for (let tries = draw.integer(1, 10); tries > 0 && !deleted; tries--) {
      const ending = await host.run(['runs', 'delete', study.name, '--yes'], folder)
      deleted = ending.code === 0
      trial.count(deleted ? 'deleted' : 'refused')
      report(trial, judgeEnding(ending))
      // The process was stopped while it wrote to the store: only its end or its continuation helps.
      if (ending.stderr.includes('has kept it locked')) break
      if (!deleted && !ending.stderr.includes('is running it'))
        trial.fault('not deleted for another reason', ending.stderr.trim())
    }
    if (stopped) running.signal('SIGCONT')
    const { code, stderr } = await endOf(trial, running)
    if (deleted && code !== 0 && !stderr.includes('was deleted while it was running'))
      trial.fault('a deleted study is not named', stderr.trim())
    if (!deleted && code !== 0) trial.fault('a refused deletion ended the run', stderr.trim())
    report(trial, judgeWhole(folder))
    await judgeCompleted(trial, file, study.name, expected, 1)
  },
}
