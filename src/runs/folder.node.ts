import { mkdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import * as z from 'zod'
import { checkArgument } from '../base/arguments.ts'
import { errorCode, outputError, removeLeftovers, writeFileAtomic } from '../base/atomic.node.ts'
import { timestamp } from '../base/clock.ts'
import { type Row, toCsv } from '../base/csv.ts'
import { CheckpointError, ConfigError, OutputError } from '../base/errors.ts'
import { type FolderLock, lockFolder } from '../base/lock.node.ts'
import { makeFolders } from '../base/makeFolders.node.ts'
import { suggestion } from '../base/nearest.ts'
import { runFiles } from './files.ts'
import { entries, foldersIn, readIfThere, reason } from './reading.node.ts'

/** A folder without any of these is not that of a run. */
const marks: readonly string[] = [
  runFiles.config,
  runFiles.history,
  runFiles.historyTable,
  runFiles.result,
  runFiles.checkpoint,
  runFiles.weights,
]

/**
 * The folder of one run. Every file is replaced as a whole or not at all; writing throws an
 * {@link OutputError}, reading a {@link CheckpointError} that names the file.
 */
export interface RunFolder {
  /** Absolute. */
  readonly path: string
  /** Name of the folder; runs sort by it in time. */
  readonly name: string

  /** config.json: plain data, the record of the run. */
  writeConfig(config: unknown): Promise<void>
  /** history.json and history.csv, all rows so far. */
  writeHistory(rows: readonly Row[]): Promise<void>
  /** result.json: plain data, when the run is done. */
  writeSummary(summary: unknown): Promise<void>
  /** checkpoint.safetensors: the state from which training resumes. */
  writeCheckpoint(bytes: Uint8Array): Promise<void>
  /** weights.safetensors: the parameters only. */
  writeWeights(bytes: Uint8Array): Promise<void>
  /** Any other file, such as a figure. `name` is a plain file name without folders. */
  writeFile(name: string, data: string | Uint8Array): Promise<void>
  /** Removes a file, such as a result whose weights are about to be replaced. No error if there is none. */
  removeFile(name: string): Promise<void>

  readConfig(): Promise<unknown>
  /** Empty when no epoch was finished. */
  readHistory(): Promise<readonly Row[]>
  /** Undefined when the run is not done. */
  readSummary(): Promise<unknown>
  readCheckpoint(): Promise<Uint8Array<ArrayBuffer>>
  readWeights(): Promise<Uint8Array<ArrayBuffer>>
  /** Whether there is a file of that name. */
  has(name: string): Promise<boolean>

  /**
   * Keeps other processes from training in this folder until the lock is released or this process ends, and removes
   * temporary files that killed processes left. Throws a LockedError when another process has the lock.
   */
  lock(): Promise<FolderLock>
}

/**
 * Makes the folder of a new run in `outDirectory`, which is created if necessary, and writes its config.json, so that a
 * folder that cannot be written is found before the training. config.json is written last: a folder that has one has
 * all that is needed to resume.
 *
 * The name is the time in UTC (local time goes back an hour once a year, and runs would not sort) and the
 * label, for example 20261123-214500-mlp-128-128. Two runs never share a folder, even when two processes
 * start in the same second: the second one gets "-2".
 *
 * @param label letters, digits, dots and underscores are kept; anything else becomes a hyphen
 * @param prepare called before config.json is written, to lock the folder or to write other files
 *
 * Throws an {@link OutputError} that names `outDirectory`.
 */
export async function createRun(
  outDirectory: string,
  label: string,
  config: unknown,
  prepare?: (run: RunFolder) => Promise<void>,
): Promise<RunFolder> {
  checkArgument(outDirectory, 'text', 'folder')
  checkArgument(label, 'text', 'label')
  try {
    const parent = resolve(outDirectory)
    await makeFolders(parent)
    const path = await makeFresh(parent, runName(timestamp(), label))
    const run = runFolder(path)
    try {
      await prepare?.(run)
      await run.writeConfig(config)
    } catch (error) {
      await rm(path, { recursive: true, force: true })
      throw error
    }
    return run
  } catch (cause) {
    throw new OutputError(`no run can be saved here (${reason(cause)}).`, {
      where: outDirectory,
      hint: 'Choose a folder that can be written and has free space.',
      cause,
    })
  }
}

/**
 * Opens a saved run, to read or to resume it.
 *
 * Throws a {@link ConfigError} when there is no run at `path` and a {@link CheckpointError} when its
 * config.json is missing or damaged.
 */
export async function openRun(path: string): Promise<RunFolder> {
  checkArgument(path, 'text', 'path')
  const run = runFolder(resolve(path))
  const names = await entries(run.path)
  if (names === undefined) {
    const siblings = await foldersIn(dirname(run.path))
    throw new ConfigError('there is no such folder.', {
      where: path,
      hint: siblings.length === 0 ? 'Give the folder of a saved run.' : suggestion(run.name, siblings.sort()),
    })
  }
  if (!names.some((name) => marks.includes(name)))
    throw new ConfigError('this is not the folder of a run.', {
      where: path,
      hint: `A run has a ${runFiles.config}; give its own folder, not the one around it.`,
    })
  await run.readConfig()
  return run
}

/** "2026-11-23T21:45:00.123Z" and "mlp 128,128" give "20261123-214500-mlp-128-128". */
export function runName(time: string, label: string): string {
  const moment = `${time.slice(0, 10).replaceAll('-', '')}-${time.slice(11, 19).replaceAll(':', '')}`
  const safe = label
    .replaceAll(/[^A-Za-z0-9._]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^[-.]+|[-.]+$/g, '')
  return safe === '' ? moment : `${moment}-${safe}`
}

/** `mkdir` without `recursive` fails when the folder exists: of two processes, one gets the name. */
async function makeFresh(parent: string, name: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const path = join(parent, attempt === 1 ? name : `${name}-${attempt}`)
    try {
      await mkdir(path)
      return path
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
    }
  }
}

function runFolder(path: string): RunFolder {
  const write = (name: string, data: string | Uint8Array) => writeFileAtomic(join(path, name), data)
  const json = (value: unknown) => `${JSON.stringify(value ?? null, undefined, 2)}\n`
  const read = async (name: string, hint: string) => {
    const bytes = await readIfThere(join(path, name))
    if (bytes === undefined) throw new CheckpointError('is missing.', { where: join(path, name), hint })
    return bytes
  }
  const checkName = (name: string) => {
    if (name === '' || name === '.' || name === '..' || /[/\\\0]/.test(name))
      throw new ConfigError(`${JSON.stringify(name)} is not a plain file name.`, { where: path })
  }

  return {
    path,
    name: basename(path),
    writeConfig: (config) => write(runFiles.config, json(config)),
    writeHistory: async (rows) => {
      await write(runFiles.history, json(rows))
      await write(runFiles.historyTable, toCsv(rows))
    },
    writeSummary: (summary) => write(runFiles.result, json(summary)),
    writeCheckpoint: (bytes) => write(runFiles.checkpoint, bytes),
    writeWeights: (bytes) => write(runFiles.weights, bytes),
    removeFile: async (name) => {
      checkName(name)
      await rm(join(path, name), { force: true }).catch((cause: unknown) => {
        throw outputError(join(path, name), cause)
      })
    },
    writeFile: async (name, data) => {
      checkName(name)
      await write(name, data)
    },

    readConfig: async () => {
      const file = join(path, runFiles.config)
      return parse(await read(runFiles.config, 'Without it the run cannot be repeated or resumed.'), file)
    },
    readHistory: async () => {
      const file = join(path, runFiles.history)
      const bytes = await readIfThere(file)
      const rows = history.safeParse(bytes === undefined ? [] : parse(bytes, file))
      if (!rows.success)
        throw new CheckpointError('is not a list of rows.', { where: file, hint: damaged, cause: rows.error })
      return rows.data
    },
    readSummary: async () => {
      const file = join(path, runFiles.result)
      const bytes = await readIfThere(file)
      return bytes === undefined ? undefined : parse(bytes, file)
    },
    readCheckpoint: () => read(runFiles.checkpoint, 'Only a run that saved a checkpoint can be resumed.'),
    readWeights: () => read(runFiles.weights, 'The run ended before its weights were saved.'),
    has: async (name) => (await stat(join(path, name)).catch(() => undefined)) !== undefined,

    lock: async () => {
      const lock = await lockFolder(path)
      await removeLeftovers(path, { sole: true })
      return lock
    },
  }
}

const history = z.array(z.record(z.string(), z.union([z.number(), z.string(), z.null()])))
const damaged = 'The file is damaged; restore it from a copy or use another run.'

function parse(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new CheckpointError('is not JSON.', { where: file, hint: damaged, cause })
  }
}
