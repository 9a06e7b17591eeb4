import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../../base/atomic.node.ts'
import { canonicalJson } from '../../base/digest.ts'
import { CheckpointError, ConfigError } from '../../base/errors.ts'
import type { EngineName } from '../../engine/engine.ts'
import { openRun, type RunFolder } from '../../store/runs.node.ts'
import { readCheckpoint } from '../../train/checkpoint.ts'
import type { TrainingConfig } from '../../train/config.ts'
import type { NamedBytes } from '../../train/train.ts'
import { readConfigFile } from '../configFile.ts'
import { choice } from '../values.ts'
import { defaultConfig, type TrainFlags, withFlags } from './flags.ts'
import { initialWeightsFile, readRecord } from './record.ts'
import { threadCount } from './threads.ts'

const engines: readonly EngineName[] = ['simd', 'reference']

/** All that is decided before data is read. */
export interface Plan {
  readonly config: TrainingConfig
  readonly engine: EngineName
  readonly threads: number
  /** As for `--data`. */
  readonly data: string | undefined
  /** Where a new run is made. */
  readonly out: string
  /** The run to go on with. */
  readonly run?: RunFolder
  /** Its checkpoint, unless it was stopped before there was one. */
  readonly resume?: NamedBytes
  readonly initFrom?: NamedBytes
  /** The file that `initFrom` came from first. */
  readonly initFromPath?: string
}

/** @throws ConfigError, CheckpointError */
export function planTraining(model: string | undefined, flags: TrainFlags): Promise<Plan> {
  return flags.resume === undefined ? planFresh(model, flags) : planResumed(flags.resume, model, flags)
}

async function planFresh(model: string | undefined, flags: TrainFlags): Promise<Plan> {
  if (model === undefined)
    throw new ConfigError('nothing to train was given.', {
      where: 'atelier train',
      hint: 'Give "mlp", a configuration file, or --resume RUN.',
    })
  const file = model === 'mlp' ? undefined : await readConfigFile(model)
  const config = withFlags(file?.config ?? defaultConfig(), flags)
  const { initFrom, out = './runs' } = flags
  return {
    config,
    engine: flags.engine === undefined ? 'simd' : choice('--engine', flags.engine, engines),
    threads: threadCount(flags.threads),
    data: flags.data ?? file?.data,
    out,
    ...(initFrom === undefined
      ? {}
      : { initFrom: { bytes: await readWeights(initFrom), name: initFrom }, initFromPath: initFrom }),
  }
}

/** A run goes on as it was: what decides the weights may be repeated on the command line, but not changed. */
async function planResumed(path: string, model: string | undefined, flags: TrainFlags): Promise<Plan> {
  const keep = (where: string): ConfigError =>
    new ConfigError('cannot be combined with --resume, which takes everything from the run.', { where })
  if (model !== undefined && model !== 'mlp') throw keep(`"${model}"`)
  if (flags.out !== undefined) throw keep('--out')
  if (flags.initFrom !== undefined) throw keep('--init-from')
  const run = await openRun(path)
  const record = await readRecord(run)
  if (model === 'mlp' && record.config.model.type !== 'mlp') throw keep('"mlp"')
  const config = withFlags(record.config, flags)
  refuseChange(record.config, config, path)
  if (flags.engine !== undefined && choice('--engine', flags.engine, engines) !== record.engine)
    throw changed('--engine', record.engine, flags.engine, path)
  const file = join(run.path, 'checkpoint.safetensors')
  const resume = existsSync(file) ? { bytes: await run.readCheckpoint(), name: file } : undefined
  if (resume !== undefined) refuseFewerEpochs(resume, config)
  return {
    config,
    engine: record.engine,
    threads: threadCount(flags.threads),
    data: flags.data ?? record.data,
    out: '',
    run,
    ...(resume === undefined ? {} : { resume }),
    ...(record.initFrom === undefined || resume !== undefined
      ? {}
      : { initFrom: await readCopy(join(run.path, initialWeightsFile)) }),
    ...(record.initFrom === undefined ? {} : { initFromPath: record.initFrom }),
  }
}

/** Options whose names differ from the configuration's. */
const optionOf: Readonly<Record<string, string>> = {
  'model.hidden': '--hidden',
  'model.activation': '--activation',
  'optimizer.learningRate': '--lr',
  'optimizer.momentum': '--momentum',
  'optimizer.nesterov': '--nesterov',
  batchSize: '--batch',
  shuffle: '--no-shuffle',
}

function refuseChange(before: TrainingConfig, now: TrainingConfig, run: string): void {
  const saved = new Map(flat(before))
  for (const [key, value] of flat(now)) {
    const was = saved.get(key)
    if (key !== 'epochs' && was !== value)
      throw changed(optionOf[key] ?? `--${key}`, was ?? 'nothing', value, run)
  }
}

/** Settings by name, those of the model and of the optimizer one by one, each as text. */
function flat(config: TrainingConfig): [key: string, value: string][] {
  const { model, optimizer, ...rest } = config
  const named = (prefix: string, part: object): [string, string][] =>
    Object.entries(part).map(([key, value]) => [`${prefix}${key}`, canonicalJson(value ?? null)])
  return [...named('model.', model), ...named('optimizer.', optimizer), ...named('', rest)]
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
    throw new CheckpointError('the weights that the run started from cannot be read.', { where: path, cause })
  }
}
