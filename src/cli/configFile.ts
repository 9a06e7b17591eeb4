import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { errorCode } from '../base/atomic.node.ts'
import { ConfigError } from '../base/errors.ts'
import { nearest, suggestion } from '../base/nearest.ts'
import { validate } from '../base/validate.ts'
import type { TrainingConfig } from '../train/config.ts'
import { configFileSchema } from './configSchema.ts'
import { isSourceName } from './dataset.ts'
import { modelNames } from './train/models.ts'

/** A configuration is a page of text; anything longer is another file. */
const largestFile = 1 << 20

/**
 * Reads a configuration, YAML or JSON (which is YAML too).
 *
 * @throws ConfigError when the file is missing, is not YAML (naming the line) or has a wrong or unknown key
 */
export async function readConfigFile(
  path: string,
): Promise<{ readonly config: TrainingConfig; readonly data: string | undefined }> {
  const document = parseDocument(await readText(path), { prettyErrors: true })
  const [problem] = [...document.errors, ...document.warnings]
  if (problem !== undefined) {
    const [what = ''] = problem.message.split('\n')
    throw new ConfigError(`not valid YAML: ${what.replace(/:$/, '')}.`, { where: path, cause: problem })
  }
  const { data, ...config } = validate(configFileSchema, plainData(document, path), path)
  if (data === undefined || isSourceName(data)) return { config, data }
  return { config, data: resolve(dirname(path), data) }
}

function plainData(document: ReturnType<typeof parseDocument>, path: string): unknown {
  try {
    return document.toJS()
  } catch (cause) {
    // Such as aliases that would expand without end.
    const what = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError(`not valid YAML: ${what}.`, { where: path, cause })
  }
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size > largestFile)
      throw new ConfigError(`has ${size} bytes, too many for a configuration.`, { where: path })
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause
    if (cause instanceof TypeError)
      throw new ConfigError('is not text (UTF-8), so it is no configuration.', { where: path, cause })
    const code = errorCode(cause)
    if (code === 'ENOENT' || code === 'ENOTDIR') throw await missing(path, cause)
    const what = code === 'EISDIR' ? 'is a folder, not a configuration file.' : `cannot be read (${code}).`
    throw new ConfigError(what, { where: path, cause })
  }
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
