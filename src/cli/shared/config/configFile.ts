import { readdir } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { ConfigError } from '../../../base/errors.ts'
import { nearest, suggestion } from '../../../base/nearest.ts'
import { validate } from '../../../base/validate.ts'
import type { TrainingConfig } from '../../../train/config.ts'
import { isSourceName } from '../dataset.ts'
import { readYamlFile } from '../yaml/yamlFile.ts'
import { configFileSchema } from './configSchema.ts'
import { modelNames } from './models.ts'

/**
 * Reads a configuration, YAML or JSON (which is YAML too).
 *
 * @throws ConfigError when the file is missing, is not YAML (naming the line) or has a wrong or unknown key
 */
export async function readConfigFile(
  path: string,
): Promise<{ readonly config: TrainingConfig; readonly data: string | undefined }> {
  const input = await readYamlFile(path, 'configuration', (cause) => missing(path, cause))
  const { data, ...config } = validate(configFileSchema, input, path)
  if (data === undefined || isSourceName(data)) return { config, data }
  return { config, data: resolve(dirname(path), data) }
}

/** A word that is no file may be a misspelt model, or a file that has another name. */
async function missing(path: string, cause: unknown): Promise<ConfigError> {
  if (!/[./\\]/.test(path)) {
    const what = `"${path}" is neither a model nor a configuration file.`
    const hint = `${suggestion(path, modelNames)} A file has an ending such as .yaml.`
    return new ConfigError(what, { where: 'atelier train', hint, cause })
  }
  const names = await readdir(dirname(path)).catch((): string[] => [])
  const similar = nearest(
    basename(path),
    names.filter((name) => /\.(ya?ml|json)$/.test(name)),
  )
  const hint =
    similar === undefined ? '"atelier config" prints an example.' : `Did you mean "${similar}" there?`
  return new ConfigError('there is no such file.', { where: path, hint, cause })
}
