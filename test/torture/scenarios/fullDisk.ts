import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { mountDisk, resizeDisk, unmount } from '../disk.ts'
import { start } from '../processes.ts'
import { type Case, endOf, report, type Scenario } from '../scenario.ts'
import {
  drawStudy,
  judgeCompleted,
  studyArguments,
  studyReference,
  studyTimes,
  writeStudy,
} from '../studies.ts'
import { complete, drawRunOptions, drawTraining, trainingReference, writeTraining } from '../trainings.ts'
import { judgeWhole } from '../verdicts/files.ts'

const plenty = 64 << 20

/** A training on a disk that is full at a random moment, resumed when there is room again. */
export const trainDisk: Scenario = {
  name: 'train-disk',
  about: 'train into a full disk (a tmpfs of random size), resumed when there is room again',
  weight: 2,
  async run(trial) {
    const { draw } = trial
    const training = drawTraining(draw)
    const expected = await trainingReference(trial, training)
    await onDisk(trial, draw.integer(4, 90) << 10, async (disk) => {
      const inside: Case = { ...trial, folder: disk }
      const file = await writeTraining(trial.folder, training)
      const args = [
        'train',
        file,
        '--json',
        '--data',
        trial.data,
        '--out',
        'runs',
        ...drawRunOptions(draw, training),
      ]
      await fill(inside, args)
      resizeDisk(disk, plenty)
      await complete(inside, file, training, expected)
    })
  },
}

/** A study whose store is on a disk that is full at a random moment, run again when there is room. */
export const studyDisk: Scenario = {
  name: 'study-disk',
  about: 'run of a study into a full disk (a tmpfs of random size), run again when there is room',
  weight: 2,
  async run(trial) {
    const { draw } = trial
    const study = drawStudy(draw)
    const expected = await studyReference(trial, study)
    await onDisk(trial, draw.integer(4, 400) << 10, async (disk) => {
      const inside: Case = { ...trial, folder: disk }
      const file = await writeStudy(trial.folder, study)
      await fill(inside, studyArguments(trial, file, { workers: draw.pick([1, 2]) }))
      resizeDisk(disk, plenty)
      await judgeCompleted(inside, file, study.name, expected, 1)
    })
  },
}

async function onDisk(trial: Case, bytes: number, work: (disk: string) => Promise<void>): Promise<void> {
  const disk = join(trial.folder, 'disk')
  if (!mountDisk(disk, bytes)) {
    trial.count('SKIPPED: mount is not permitted')
    return
  }
  trial.note(`disk of ${bytes} bytes`)
  trial.count('full disk')
  try {
    await work(disk)
  } finally {
    if (existsSync(disk)) trial.note(readdirSync(disk, { recursive: true }).join('\n'))
    unmount(disk)
  }
}

/** Runs a command that is to end with one typed error, or with a result where the disk was large enough. */
async function fill(trial: Case, args: readonly string[]): Promise<void> {
  await endOf(trial, start(args, { cwd: trial.folder, env: studyTimes }))
  report(trial, judgeWhole(trial.folder))
}
