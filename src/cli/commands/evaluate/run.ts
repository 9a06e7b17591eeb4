import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { percent, plural } from '../../../base/format.ts'
import { holderOf } from '../../../base/lock.node.ts'
import { matchFingerprint } from '../../../data/fingerprint.ts'
import { openRun, type RunFolder } from '../../../runs/folder.node.ts'
import { readRecord } from '../../../runs/record.ts'
import { readCheckpoint } from '../../../train/checkpoint.ts'
import { evaluate, type MeasuredCheckpoint } from '../../../train/evaluate.ts'
import type { NamedBytes } from '../../../train/train.ts'
import { openDataset, sampledWarning, syntheticBanner } from '../../shared/dataset.ts'
import { engineOf } from '../../shared/engine.ts'
import { colour } from '../../shared/terminal/colour.ts'
import { confusionText } from '../../shared/terminal/confusionText.ts'
import { print, printJson, shortPath, warn, warning } from '../../shared/terminal/output.ts'
import { wrap } from '../../shared/terminal/width.ts'
import { threadCount } from '../../shared/threads.ts'

export interface EvaluateFlags {
  readonly data?: string
  readonly offline?: boolean
  readonly engine?: string
  readonly threads?: string
  readonly json?: boolean
}

/** `atelier evaluate`. @throws AtelierError */
export async function runEvaluate(path: string, flags: EvaluateFlags): Promise<void> {
  const threads = threadCount(flags.threads)
  const { run, weights } = await savedWeights(path)
  const record = await readRecord(run)
  const holder = await holderOf(run.path)
  if (holder?.life === 'alive') warning(`Process ${holder.pid} is still training this run.`)
  const { engine } = engineOf(flags.engine, record.engine)
  const { dataset } = await openDataset(flags.data ?? record.data, { offline: flags.offline === true })
  const match = await matchFingerprint(record.fingerprint, dataset)
  if (match === 'sampled') warning(sampledWarning(run.path))
  if (match === 'other' && flags.data === undefined) warning(changedWarning(run.path, record.data))
  const measured = await evaluate(record.config, weights, dataset, { engine, threads })
  const { train, test, confusion, recall, mistakes, weightsSha256 } = measured
  const { classes } = dataset
  const { checkpoint } = measured
  if (flags.json === true) {
    printJson({
      type: 'evaluation',
      run: run.path,
      file: weights.name,
      checkpoint,
      dataset: dataset.name,
      synthetic: dataset.synthetic,
      sameData: match !== 'other',
      trainAccuracy: train.accuracy,
      trainLoss: train.loss,
      testAccuracy: test.accuracy,
      testLoss: test.loss,
      weightsSha256,
      engine,
      classes,
      confusion,
      recall,
      mistakes,
    })
    return
  }
  if (dataset.synthetic) print(`${colour('error', wrap(syntheticBanner))}\n`)
  print(`${wrap(`${dataset.name}, with ${weightsText(run, weights.name, checkpoint)}`)}\n`)
  print(`train accuracy  ${percent(train.accuracy)}   loss ${train.loss.toFixed(4)}`)
  print(`test accuracy   ${percent(test.accuracy)}   loss ${test.loss.toFixed(4)}`)
  print(`\n${confusionText({ classes, confusion, recall })}`)
  print(`\nweights sha256 ${weightsSha256}`)
}

function changedWarning(run: string, data: string): string {
  return `${run}: the data have changed since this run was trained (${data}). The numbers are those of the data as they are now.`
}

/** A run folder, or one of the files of weights in it. A run that was interrupted has a checkpoint only. */
async function savedWeights(path: string): Promise<{ run: RunFolder; weights: NamedBytes }> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
  const run = await openRun(isFile ? dirname(resolve(path)) : path)
  if (isFile) return { run, weights: { bytes: await readFile(path), name: resolve(path) } }
  const found = (name: string, bytes: Uint8Array) => ({
    run,
    weights: { bytes, name: join(run.path, name) },
  })
  if (!(await run.has('checkpoint.safetensors'))) return found('weights.safetensors', await run.readWeights())
  if (await run.has('weights.safetensors')) {
    await mentionCheckpoint(run)
    return found('weights.safetensors', await run.readWeights())
  }
  return found('checkpoint.safetensors', await run.readCheckpoint())
}

/** A finished run that was extended and interrupted has weights of fewer epochs than its checkpoint. */
async function mentionCheckpoint(run: RunFolder): Promise<void> {
  const file = join(run.path, 'checkpoint.safetensors')
  const progress = await run
    .readCheckpoint()
    .then((bytes) => readCheckpoint(bytes, file).progress)
    .catch(() => undefined)
  const summary = await run.readSummary()
  const epochs =
    typeof summary === 'object' && summary !== null && 'epochs' in summary ? summary.epochs : undefined
  // The weights are good even if the checkpoint is damaged.
  if (typeof epochs !== 'number' || progress === undefined) return
  if (progress.epoch + (progress.batch > 0 ? 1 : 0) <= epochs) return
  warn(
    `These are the weights that the run had after ${plural(epochs, 'epoch')}; ${shortPath(file)} is newer (${plural(progress.epoch, 'epoch')}), and can be measured, too.`,
  )
}

/** "the weights of NAME", "a checkpoint of NAME: epoch 3, and 12 steps of epoch 4" */
function weightsText({ name }: RunFolder, file: string, checkpoint: MeasuredCheckpoint | null): string {
  const own = basename(file)
  if (checkpoint === null) return `the weights of ${name}${own === 'weights.safetensors' ? '' : ` (${own})`}`
  const { epoch, step } = checkpoint
  const more = step === 0 ? '' : ` and ${plural(step, 'step')} of epoch ${epoch + 1}`
  return `a checkpoint of ${name}, after ${plural(epoch, 'epoch')}${more}`
}
