import { createReadStream } from 'node:fs'
import { errorCode } from '../../../base/atomic.node.ts'
import { ConfigError } from '../../../base/errors.ts'
import { parseYaml, YamlProblem } from './yamlText.ts'

/** A configuration is a page of text; a longer file is something else. */
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
  const text = await readText(path, kind, missing)
  try {
    return parseYaml(text)
  } catch (cause) {
    if (!(cause instanceof YamlProblem)) throw cause
    throw new ConfigError(cause.message, { where: path, cause })
  }
}

async function readText(
  path: string,
  kind: string,
  missing: (cause: unknown) => Promise<ConfigError>,
): Promise<string> {
  try {
    const pieces: Buffer[] = []
    let size = 0
    // A pipe or a device does not say its size, and may never end.
    for await (const piece of createReadStream(path)) {
      if (!Buffer.isBuffer(piece)) continue
      size += piece.length
      if (size > largestFile)
        throw new ConfigError(`has more than ${largestFile} bytes, too many for a ${kind}.`, { where: path })
      pieces.push(piece)
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces))
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
