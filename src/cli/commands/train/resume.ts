import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson } from '../../../base/digest.ts'
import { CheckpointError, ConfigError, EngineError } from '../../../base/errors.ts'
import type { EngineName } from '../../../engine/engine.ts'
import { runFiles } from '../../../runs/files.ts'
import { openRun, type RunFolder } from '../../../runs/folder.node.ts'
import { readRecord } from '../../../runs/record.ts'
import { readCheckpoint } from '../../../train/checkpoint.ts'
import type { TrainingConfig } from '../../../train/config.ts'
import type { NamedBytes } from '../../../train/train.ts'
import { isModelName } from '../../shared/config/models.ts'
import { engineChoices, trainingEngineOf } from '../../shared/engine.ts'
import { choice } from '../../shared/values.ts'
import { type TrainFlags, withFlags } from './flags.ts'
import { type Plan, planOfRun } from './plan.ts'

/**
 * Plans the rest of a run, whose folder it locks. Options that decide the weights may be repeated, but not changed.
 *
 * @param path the folder of the run
 * @throws ConfigError, CheckpointError, EngineError; LockedError when another process trains in the folder
 */
export async function planResumed(path: string, model: string | undefined, flags: TrainFlags): Promise<Plan> {
  if (model !== undefined && !isModelName(model)) throw kept(`"${model}"`)
  if (flags.out !== undefined) throw kept('--out')
  if (flags.initFrom !== undefined) throw kept('--init-from')
  const run = await openRun(path)
  // Before anything is read: a process that trains in this folder would change what was read.
  const lock = await run.lock()
  try {
    return { ...(await planFrom(run, path, model, flags)), lock }
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function planFrom(
  run: RunFolder,
  path: string,
  model: string | undefined,
  flags: TrainFlags,
): Promise<Plan> {
  const record = await readRecord(run)
  if (model !== undefined && record.config.model.type !== model) throw kept(`"${model}"`)
  const config = withFlags(record.config, flags)
  refuseChange(record.config, config, path)
  // `auto` is no change: the run continues with its own engine.
  if (flags.engine !== undefined) {
    const asked = choice('--engine', flags.engine, engineChoices)
    if (asked !== 'auto' && asked !== record.engine) throw changed('--engine', record.engine, asked, path)
  }
  const file = join(run.path, runFiles.checkpoint)
  const resume = existsSync(file) ? { bytes: await run.readCheckpoint(), name: file } : undefined
  if (resume !== undefined) refuseFewerEpochs(resume, config)
  return {
    config,
    engine: sameEngine(record.engine, path),
    ...(record.engineChoice === undefined ? {} : { engineChoice: record.engineChoice }),
    ...planOfRun(flags),
    data: flags.data ?? record.data,
    out: '',
    run,
    ...(resume === undefined ? {} : { resume }),
    ...(record.initFrom === undefined || resume !== undefined
      ? {}
      : { initFrom: await readCopy(join(run.path, runFiles.initialWeights)) }),
    ...(record.initFrom === undefined ? {} : { initFromPath: record.initFrom }),
  }
}

function kept(where: string): ConfigError {
  return new ConfigError('cannot be combined with --resume, which takes everything from the run.', { where })
}

/** @throws EngineError if the engine of the run is not available: another one would give other weights */
function sameEngine(engine: EngineName, path: string): EngineName {
  try {
    return trainingEngineOf(engine).engine
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause
    // The usual hint proposes another engine.
    const problem = cause.message.slice(0, cause.message.length - (cause.hint?.length ?? 0)).trimEnd()
    const what = `was made with the engine ${engine}, and goes on with that alone.`
    throw new EngineError(what, { where: path, hint: problem, cause })
  }
}

/** Options whose names differ from the configuration's. */
const optionOf: Readonly<Record<string, string>> = {
  'optimizer.type': '--optimizer',
  'optimizer.learningRate': '--lr',
  'schedule.type': '--schedule',
  'earlyStopping.monitor': '--patience',
  batchSize: '--batch',
  shuffle: '--no-shuffle',
}

/** "--lr", "--weight-decay" */
function optionFor(key: string): string {
  const name = key.slice(key.indexOf('.') + 1)
  return optionOf[key] ?? `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

function refuseChange(before: TrainingConfig, now: TrainingConfig, run: string): void {
  const [saved, asked] = [flat(before), flat(now)]
  for (const key of new Set([...asked.keys(), ...saved.keys()])) {
    const [was = 'nothing', is = 'nothing'] = [saved.get(key), asked.get(key)]
    if (key !== 'epochs' && was !== is) throw changed(optionFor(key), was, is, run)
  }
}

/** Settings by name, those of parts such as the model or the optimizer one by one, each as text. */
function flat(config: TrainingConfig): ReadonlyMap<string, string> {
  const { model, optimizer, schedule, augment = { flip: false, shift: 0, cutout: 0 }, ...others } = config
  const { earlyStopping = {}, ...rest } = others
  const parts = { model, optimizer, schedule, augment, earlyStopping }
  const entries = Object.entries(parts).flatMap(([prefix, part]) =>
    Object.entries(part).map(([key, value]): [string, unknown] => [`${prefix}.${key}`, value]),
  )
  return new Map([...entries, ...Object.entries(rest)].map(([key, value]) => [key, canonicalJson(value)]))
}

function changed(option: string, was: string, is: string, run: string): ConfigError {
  return new ConfigError(`${run} was made with ${was}, not ${is}.`, {
    where: option,
    hint: 'Resume without the option, or start a new run (--init-from takes over the weights).',
  })
}

function refuseFewerEpochs(resume: NamedBytes, config: TrainingConfig): void {
  const { epoch, batch } = readCheckpoint(resume.bytes, resume.name).progress
  const begun = batch > 0 ? epoch + 1 : epoch
  if (begun > config.epochs)
    throw new ConfigError(`${config.epochs} is less than the ${begun} that the run has begun.`, {
      where: '--epochs',
      hint: `Give ${begun} or more.`,
    })
}

async function readCopy(path: string): Promise<NamedBytes> {
  try {
    return { bytes: await readFile(path), name: path }
  } catch (cause) {
    // atelier 0.1.0 wrote config.json first, and could be killed before the weights were copied.
    const hint = 'Begin a new run with --init-from.'
    throw new CheckpointError('the weights that the run started from cannot be read.', {
      where: path,
      hint,
      cause,
    })
  }
}
