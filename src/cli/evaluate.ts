import { matchFingerprint } from '../data/fingerprint.ts'
import { openRun } from '../store/runs.node.ts'
import { evaluate } from '../train/evaluate.ts'
import { confusionText } from './confusionText.ts'
import { openDataset, sampledWarning, syntheticBanner } from './dataset.ts'
import { engineOf } from './engine.ts'
import { percent } from './format.ts'
import { loud, print, printJson, warn } from './output.ts'
import { readRecord } from './train/record.ts'
import { threadCount } from './train/threads.ts'

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
  const run = await openRun(path)
  const record = await readRecord(run)
  const engine = engineOf(flags.engine, record.engine)
  const weights = { bytes: await run.readWeights(), name: `${run.path}/weights.safetensors` }
  const { dataset } = await openDataset(flags.data ?? record.data, { offline: flags.offline === true })
  const match = await matchFingerprint(record.fingerprint, dataset)
  if (match === 'sampled') warn(sampledWarning(run.path))
  if (match === 'other' && flags.data === undefined) warn(changedWarning(run.path, record.data))
  const measured = await evaluate(record.config, weights, dataset, { engine, threads })
  const { train, test, confusion, recall, mistakes, weightsSha256 } = measured
  const { classes } = dataset
  if (flags.json === true) {
    printJson({
      type: 'evaluation',
      run: run.path,
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
  if (dataset.synthetic) print(`${loud(syntheticBanner)}\n`)
  print(`${dataset.name}, with the weights of ${run.name}\n`)
  print(`train accuracy  ${percent(train.accuracy)}   loss ${train.loss.toFixed(4)}`)
  print(`test accuracy   ${percent(test.accuracy)}   loss ${test.loss.toFixed(4)}`)
  print(`\n${confusionText({ classes, confusion, recall })}`)
  print(`\nweights sha256 ${weightsSha256}`)
}

function changedWarning(run: string, data: string): string {
  return `${run}: the data have changed since this run was trained (${data}). The numbers are those of the data as they are now.`
}
