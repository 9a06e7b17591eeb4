import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../../../base/atomic.node.ts'
import { canonicalJson } from '../../../base/digest.ts'
import { CheckpointError, ConfigError, EngineError } from '../../../base/errors.ts'
import type { FolderLock } from '../../../base/lock.node.ts'
import type { EngineName } from '../../../engine/engine.ts'
import { openRun, type RunFolder } from '../../../runs/folder.node.ts'
import { initialWeightsFile, readRecord } from '../../../runs/record.ts'
import { readCheckpoint } from '../../../train/checkpoint.ts'
import type { TrainingConfig } from '../../../train/config.ts'
import type { NamedBytes } from '../../../train/train.ts'
import { readConfigFile } from '../../shared/config/configFile.ts'
import { defaultConfig, isModelName, modelNames } from '../../shared/config/models.ts'
import { type ChosenEngine, engineChoices, trainingEngineOf } from '../../shared/engine.ts'
import { threadCount } from '../../shared/threads.ts'
import { choice, type Interval, interval } from '../../shared/values.ts'
import { type TrainFlags, withFlags } from './flags.ts'

/** All that is decided before data is read. */
export interface Plan {
  readonly config: TrainingConfig
  readonly engine: EngineName
  /** Why `auto` took the engine, in this process or the one that began the run. */
  readonly engineChoice?: ChosenEngine['engineChoice']
  readonly threads: number
  /** As for `--data`. */
  readonly data: string | undefined
  /** When a checkpoint is written: after so many epochs, and whenever so many seconds have gone by. */
  readonly checkpointEvery: Interval
  /** Where a new run is made. */
  readonly out: string
  /** The options to give again when the run goes on: those that the run folder does not record. */
  readonly repeat?: RepeatedFlags
  /** The run to go on with. */
  readonly run?: RunFolder
  /** Keeps other processes out of that run: to be released in the end. */
  readonly lock?: FolderLock
  /** Its checkpoint, unless it was stopped before there was one. */
  readonly resume?: NamedBytes
  readonly initFrom?: NamedBytes
  /** The file that `initFrom` came from first. */
  readonly initFromPath?: string
}

type Repeated = 'threads' | 'offline' | 'checkpointEvery' | 'json' | 'quiet'
export type RepeatedFlags = { readonly [name in Repeated]?: TrainFlags[name] | undefined }

function repeated({ threads, offline, checkpointEvery, json, quiet }: TrainFlags): RepeatedFlags {
  return { threads, offline, checkpointEvery, json, quiet }
}

/** Epochs may take long. */
const usualInterval: Interval = { epochs: 1, seconds: 30 }

/** @throws ConfigError, CheckpointError */
export function planTraining(model: string | undefined, flags: TrainFlags): Promise<Plan> {
  return flags.resume === undefined ? planFresh(model, flags) : planResumed(flags.resume, model, flags)
}

async function planFresh(model: string | undefined, flags: TrainFlags): Promise<Plan> {
  if (model === undefined)
    throw new ConfigError('nothing to train was given.', {
      where: 'atelier train',
      hint: `Give ${modelNames.map((name) => `"${name}"`).join(', ')}, a configuration file, or --resume RUN.`,
    })
  const { config: asked, data } = isModelName(model)
    ? { config: defaultConfig(model), data: undefined }
    : await readConfigFile(model)
  const config = withFlags(asked, flags)
  const { initFrom, out = './runs' } = flags
  return {
    config,
    ...trainingEngineOf(flags.engine),
    threads: threadCount(flags.threads),
    data: flags.data ?? data,
    checkpointEvery: checkpointEvery(flags),
    out,
    repeat: repeated(flags),
    ...(initFrom === undefined
      ? {}
      : { initFrom: { bytes: await readWeights(initFrom), name: initFrom }, initFromPath: initFrom }),
  }
}

/** A run goes on as it was: what decides the weights may be repeated on the command line, but not changed. */
async function planResumed(path: string, model: string | undefined, flags: TrainFlags): Promise<Plan> {
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
  // `auto` is no other engine: the run goes on with its own.
  if (flags.engine !== undefined) {
    const asked = choice('--engine', flags.engine, engineChoices)
    if (asked !== 'auto' && asked !== record.engine) throw changed('--engine', record.engine, asked, path)
  }
  const file = join(run.path, 'checkpoint.safetensors')
  const resume = existsSync(file) ? { bytes: await run.readCheckpoint(), name: file } : undefined
  if (resume !== undefined) refuseFewerEpochs(resume, config)
  return {
    config,
    engine: sameEngine(record.engine, path),
    ...(record.engineChoice === undefined ? {} : { engineChoice: record.engineChoice }),
    threads: threadCount(flags.threads),
    data: flags.data ?? record.data,
    checkpointEvery: checkpointEvery(flags),
    out: '',
    repeat: repeated(flags),
    run,
    ...(resume === undefined ? {} : { resume }),
    ...(record.initFrom === undefined || resume !== undefined
      ? {}
      : { initFrom: await readCopy(join(run.path, initialWeightsFile)) }),
    ...(record.initFrom === undefined ? {} : { initFromPath: record.initFrom }),
  }
}

function kept(where: string): ConfigError {
  return new ConfigError('cannot be combined with --resume, which takes everything from the run.', { where })
}

/** @throws EngineError where the engine of the run is not possible: with another it would end with other weights */
function sameEngine(engine: EngineName, path: string): EngineName {
  try {
    return trainingEngineOf(engine).engine
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause
    // What to do about it is another thing than usual: no other engine will do.
    const problem = cause.message.slice(0, cause.message.length - (cause.hint?.length ?? 0)).trimEnd()
    const what = `was made with the engine ${engine}, and goes on with that alone.`
    throw new EngineError(what, { where: path, hint: problem, cause })
  }
}

function checkpointEvery({ checkpointEvery: text }: TrainFlags): Interval {
  return text === undefined ? usualInterval : interval('--checkpoint-every', text)
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

async function readWeights(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    const code = errorCode(cause)
    const what = code === 'ENOENT' ? 'there is no such file.' : `cannot be read (${code ?? cause}).`
    const hint = 'Give a safetensors file, such as the weights.safetensors of a run.'
    throw new ConfigError(what, { where: `--init-from ${path}`, hint, cause })
  }
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
