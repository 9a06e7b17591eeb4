import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Draw } from '../draw.ts'
import { start } from '../processes.ts'
import { endOf, type Scenario } from '../scenario.ts'
import { complete, drawRunOptions, drawTraining, trainingReference, writeTraining } from '../trainings.ts'
import { onlyRun } from '../verdicts/run.ts'

/** A training whose data are edited before it is resumed: refused, and resumed once they are as they were. */
export const trainEdited: Scenario = {
  name: 'train-edited',
  about:
    'train, killed or interrupted, resumed after one byte of the data was edited, and after it was put back',
  weight: 2,
  async run(trial) {
    const { draw, folder } = trial
    const training = drawTraining(draw)
    const expected = await trainingReference(trial, training)
    const data = join(folder, 'data')
    await cp(trial.data, data, { recursive: true })
    const file = await writeTraining(folder, training)
    const options = ['--json', '--data', data, ...drawRunOptions(draw, training)]
    const first = start(['train', file, ...options], { cwd: folder })
    const after = draw.integer(0, training.epochs / 2)
    await first.until((lines) => lines.filter(({ value }) => value['type'] === 'epoch').length > after)
    first.signal(draw.pick(['SIGKILL', 'SIGINT']))
    await endOf(trial, first, ['SIGKILL', 'SIGINT'])
    const run = onlyRun(folder)
    if (run !== undefined) {
      const putBack = await editData(draw, data)
      trial.count('data edited')
      const { code, stderr } = await endOf(
        trial,
        start(['train', '--resume', run, ...options], { cwd: folder }),
      )
      if (code !== 1 || !stderr.includes('was made with other data'))
        trial.fault('edited data not noticed', `exit ${code} ${stderr.trim()}`)
      await putBack()
    }
    await complete({ ...trial, data }, file, training, expected)
  },
}

/** Changes one pixel or one label by one. Returns what puts it back. */
async function editData(draw: Draw, data: string): Promise<() => Promise<void>> {
  const [kind, header] = draw.pick([['images-idx3', 16] as const, ['labels-idx1', 8] as const])
  const file = join(data, `${draw.pick(['train', 't10k'])}-${kind}-ubyte`)
  const original = await readFile(file)
  const edited = Uint8Array.from(original)
  const at = draw.integer(header, original.length - 1)
  edited[at] = (edited[at] ?? 0) ^ 1
  await writeFile(file, edited)
  return () => writeFile(file, original)
}
