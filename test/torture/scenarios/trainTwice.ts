import { start } from '../processes.ts'
import { endOf, type Scenario } from '../scenario.ts'
import { complete, drawRunOptions, drawTraining, trainingReference, writeTraining } from '../trainings.ts'
import { onlyRun } from '../verdicts/run.ts'

/** Two processes that resume one run at the same time: at most one may write. */
export const trainTwice: Scenario = {
  name: 'train-twice',
  about: 'two processes resume the same run at the same time; one of them may be killed',
  weight: 2,
  async run(trial) {
    const { draw, folder } = trial
    const training = drawTraining(draw)
    const expected = await trainingReference(trial, training)
    const file = await writeTraining(folder, training)
    const options = ['--json', '--data', trial.data]
    const first = start(['train', file, ...options, ...drawRunOptions(draw, training)], { cwd: folder })
    const after = draw.integer(0, training.epochs / 2)
    await first.until((lines) => lines.filter(({ value }) => value['type'] === 'epoch').length > after)
    first.signal(draw.pick(['SIGKILL', 'SIGINT']))
    await endOf(trial, first, ['SIGKILL', 'SIGINT'])
    const run = onlyRun(folder)
    if (run !== undefined) {
      const kill = draw.chance(0.5)
      const both = [1, 2].map(() =>
        start(['train', '--resume', run, ...options, ...drawRunOptions(draw, training)], { cwd: folder }),
      )
      if (kill) {
        await both[0]?.until((lines) => lines.length > 5)
        both[0]?.signal('SIGKILL')
        trial.count('SIGKILL')
      }
      trial.count('resumed twice at once')
      const ends = await Promise.all(both.map((running) => endOf(trial, running, ['SIGKILL'])))
      if (!kill && ends.every(({ code }) => code !== 0))
        trial.fault('neither of two resumed', ends[0]?.stderr ?? '')
    }
    await complete(trial, file, training, expected)
  },
}
