import { readdir } from 'node:fs/promises'
import { basename, dirname, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { errorCode } from '../../../base/atomic.node.ts'
import { AtelierError, ConfigError } from '../../../base/errors.ts'
import { nearest } from '../../../base/nearest.ts'
import { studyConfig } from '../../../study/definition/config.ts'
import type { Study } from '../../../study/definition/schema.ts'
import { isSourceName } from '../../shared/dataset.ts'
import { readYamlFile } from '../../shared/yaml/yamlFile.ts'

const modules = ['.js', '.mjs', '.ts', '.mts']

/**
 * Reads a study from YAML, JSON or the default export of a module.
 *
 * @returns the study, and its data as `--data` takes it
 * @throws ConfigError when the file is missing, cannot be read, or is no study, naming the key
 */
export async function readStudyFile(
  path: string,
): Promise<{ readonly study: Study; readonly data: string | undefined }> {
  const input = modules.includes(extname(path))
    ? await importDefault(path)
    : await readYamlFile(path, 'study', (cause) => missing(path, cause))
  const study = studyConfig(input, path)
  const { data } = study
  if (data === undefined || isSourceName(data)) return { study, data }
  return { study, data: resolve(dirname(path), data) }
}

async function importDefault(path: string): Promise<unknown> {
  try {
    const module = await load(pathToFileURL(resolve(path)).href, extname(path))
    if (module !== null && typeof module === 'object' && 'default' in module) return module.default
  } catch (cause) {
    if (cause instanceof AtelierError) throw cause
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (
      (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') &&
      String(cause).includes(basename(path))
    )
      throw await missing(path, cause)
    const [reason = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n')
    const what = `cannot be loaded: ${reason.trim()}`
    throw new ConfigError(what.replace(/\.?$/, '.'), { where: path, hint: 'Does it run by itself?', cause })
  }
  const hint = 'Write "export default { name: ..., base: ..., axes: ... }".'
  throw new ConfigError('has no default export.', { where: path, hint })
}

/**
 * Node 20 cannot read TypeScript, so jiti removes the types; types are not checked. Without its cache of compiled code and
 * without temporary files: these lie in the temporary folder of the machine, where other users could put code for us to run.
 */
async function load(address: string, extension: string): Promise<unknown> {
  if (!extension.endsWith('ts')) return import(address)
  const { createJiti } = await import('jiti')
  return createJiti(import.meta.url, { fsCache: false, esmEvalTempFile: false }).import(address)
}

async function missing(path: string, cause: unknown): Promise<ConfigError> {
  const names = await readdir(dirname(path)).catch((error: unknown): string[] => {
    if (errorCode(error) === undefined) throw error
    return []
  })
  const similar = nearest(
    basename(path),
    names.filter((name) => /\.(ya?ml|json|m?[jt]s)$/.test(name)),
  )
  const hint = similar === undefined ? 'Give the file of a study.' : `Did you mean "${similar}" there?`
  return new ConfigError('there is no such file.', { where: path, hint, cause })
}
