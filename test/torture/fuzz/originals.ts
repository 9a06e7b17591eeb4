import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { writeQuarters } from '../data.ts'
import { host } from '../host.ts'
import type { Case } from '../scenario.ts'
import { onlyRun } from '../verdicts/run.ts'

/** The four files of a dataset. */
export const idxFiles = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
]

export const smallTraining = {
  model: { type: 'mlp', hidden: [6] },
  optimizer: { type: 'sgd', learningRate: 0.05 },
  epochs: 2,
  batchSize: 20,
  validation: 0.2,
}

export const smallStudy = {
  name: 'small',
  base: { ...smallTraining, model: { type: 'mlp', hidden: [4] } },
  axes: { 'optimizer.learningRate': [0.01, 0.1], batchSize: [20, 30] },
}

/** A folder with `data/` (60 images), `gz/` (the same, compressed), and `training.json`. */
export function dataFolder(trial: Case): Promise<string> {
  return trial.references.get('fuzz: data', async (folder) => {
    await writeQuarters(join(folder, 'data'), { train: 60, test: 20 })
    await mkdir(join(folder, 'gz'))
    for (const name of idxFiles)
      writeFileSync(join(folder, 'gz', `${name}.gz`), gzipSync(readFileSync(join(folder, 'data', name))))
    writeFileSync(join(folder, 'data', 'classes.txt'), 'top left\ntop right\nbottom left\nbottom right\n')
    writeFileSync(join(folder, 'training.json'), JSON.stringify(smallTraining, undefined, 1))
    return folder
  })
}

/** The same with `run/`, a training of two epochs that is to be extended to four, started from given weights. */
export function runFolder(trial: Case): Promise<string> {
  return trial.references.get('fuzz: run', async (folder) => {
    cpSync(await dataFolder(trial), folder, { recursive: true })
    const first = ['train', 'training.json', '--data', 'data', '--threads', '1', '--quiet']
    await succeed([...first, '--out', 'first'], folder)
    cpSync(firstIn(folder, 'first'), join(folder, 'weights'), { recursive: true })
    await succeed([...first, '--init-from', 'weights/weights.safetensors', '--out', 'runs'], folder)
    cpSync(onlyRun(folder) ?? '', join(folder, 'run'), { recursive: true })
    return folder
  })
}

/** The same with a store, `runs/atelier.db`, of three studies, and `small.yaml`. */
export function storeFolder(trial: Case): Promise<string> {
  return trial.references.get('fuzz: store', async (folder) => {
    cpSync(await dataFolder(trial), folder, { recursive: true })
    const study = (change: object): string => JSON.stringify({ ...smallStudy, ...change }, undefined, 1)
    writeFileSync(join(folder, 'small.yaml'), study({}))
    writeFileSync(
      join(folder, 'folds.yaml'),
      study({ name: 'folds', base: { ...smallStudy.base, validation: 0 }, folds: { k: 2 } }),
    )
    writeFileSync(
      join(folder, 'rates.yaml'),
      study({ axes: { 'optimizer.learningRate': [0.01, 1e39] }, name: 'rates' }),
    )
    const run = (file: string): string[] => ['run', file, '--data', 'data', '--workers', '1', '--json']
    await succeed(run('folds.yaml'), folder)
    await succeed(run('rates.yaml'), folder)
    await succeed([...run('small.yaml'), '--trials', '3'], folder)
    return folder
  })
}

function firstIn(folder: string, out: string): string {
  return join(folder, out, readdirSync(join(folder, out))[0] ?? '')
}

async function succeed(args: readonly string[], cwd: string): Promise<void> {
  const { code, stderr } = await host.run(args, cwd)
  if (code !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
}
