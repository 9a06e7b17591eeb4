import { readFile } from 'node:fs/promises'
import { errorCode } from '../../../base/atomic.node.ts'
import { ConfigError } from '../../../base/errors.ts'
import { readConfigFile } from '../../shared/config/configFile.ts'
import { defaultConfig, isModelName, modelNames } from '../../shared/config/models.ts'
import { trainingEngineOf } from '../../shared/engine.ts'
import { type TrainFlags, withFlags } from './flags.ts'
import { type Plan, planOfRun } from './plan.ts'

/**
 * Plans a new run.
 *
 * @param model the name of a model or a configuration file
 * @throws ConfigError, EngineError
 */
export async function planFresh(model: string | undefined, flags: TrainFlags): Promise<Plan> {
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
    ...planOfRun(flags),
    data: flags.data ?? data,
    out,
    ...(initFrom === undefined
      ? {}
      : { initFrom: { bytes: await readWeights(initFrom), name: initFrom }, initFromPath: initFrom }),
  }
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
