import { readFile, stat } from 'node:fs/promises'
import { parseDocument } from 'yaml'
import { errorCode } from '../base/atomic.node.ts'
import { ConfigError } from '../base/errors.ts'

/** A configuration is a page of text; anything longer is another file. */
const largestFile = 1 << 20

/**
 * Reads plain data from YAML or JSON (which is YAML too).
 *
 * @param kind what the file should be, for messages: "configuration"
 * @param missing the error for a file that is not there
 * @throws ConfigError when the file cannot be read or is not YAML, naming the line
 */
export async function readYamlFile(
  path: string,
  kind: string,
  missing: (cause: unknown) => Promise<ConfigError>,
): Promise<unknown> {
  const document = parseDocument(await readText(path, kind, missing), { prettyErrors: true })
  const [problem] = [...document.errors, ...document.warnings]
  if (problem !== undefined) {
    const [what = ''] = problem.message.split('\n')
    throw new ConfigError(`not valid YAML: ${what.replace(/:$/, '')}.`, { where: path, cause: problem })
  }
  try {
    return document.toJS()
  } catch (cause) {
    // Such as aliases that would expand without end.
    const what = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError(`not valid YAML: ${what}.`, { where: path, cause })
  }
}

async function readText(
  path: string,
  kind: string,
  missing: (cause: unknown) => Promise<ConfigError>,
): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size > largestFile)
      throw new ConfigError(`has ${size} bytes, too many for a ${kind}.`, { where: path })
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause
    if (cause instanceof TypeError)
      throw new ConfigError(`is not text (UTF-8), so it is no ${kind}.`, { where: path, cause })
    const code = errorCode(cause)
    if (code === 'ENOENT' || code === 'ENOTDIR') throw await missing(cause)
    const what = code === 'EISDIR' ? `is a folder, not a ${kind} file.` : `cannot be read (${code}).`
    throw new ConfigError(what, { where: path, cause })
  }
}
