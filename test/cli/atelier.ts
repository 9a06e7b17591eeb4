import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { Random } from '../../src/base/random.ts'
import { buildProgram } from '../../src/cli/program.ts'
import { describeFailure } from '../../src/cli/shared/failure.ts'
import { writeIdx } from '../../src/data/idx.node.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const main = join(root, 'dist/cli/main.js')

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  /** Waits until all of what it wrote so far to one of its streams fits; fails when it ends before. */
  until(stream: 'stdout' | 'stderr', fits: (text: string) => boolean): Promise<void>
  readonly ended: Promise<Ended>
}

interface Options {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
}

/** Starts the built command line. Nothing of the user's own data or settings reaches it. */
export function start(args: readonly string[], { cwd, env = {} }: Options): Running {
  return startNode([main, ...args], { cwd, env })
}

/** Starts Node, with an environment of its own. */
export function startNode(args: readonly string[], { cwd, env = {} }: Options): Running {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH, HOME: cwd, ATELIER_CACHE: join(cwd, 'cache'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const texts = { stdout: '', stderr: '' }
  const waiting = new Set<() => void>()
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      texts[stream] += text
      for (const look of waiting) look()
    })
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, ...texts }))
  })
  const until: Running['until'] = (stream, fits) =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!fits(texts[stream])) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      ended.then(({ code, stderr }) => reject(new Error(`ended with ${code}: ${stderr}`)))
      look()
    })
  return { child, until, ended }
}

/** Runs the built command line to its end. */
export function atelier(args: readonly string[], options: Options): Promise<Ended> {
  return start(args, options).ended
}

/** Nothing of the user's own data or settings; `npx` and `npm start` show in what is printed, and so do colours. */
const hidden = ['ATELIER_DATA', 'ATELIER_CACHE', 'HOME', 'npm_execpath', 'FORCE_COLOR', 'NO_COLOR'] as const

/**
 * Runs a command line in this process: much quicker than a process of its own, and enough wherever signals, pipes and
 * threads do not matter. One after the other, as all of them write to the same stdout.
 */
export function call(args: readonly string[], options: Options): Promise<Ended> {
  const ended = queue.then(() => callNow(args, options))
  queue = ended
  return ended
}

let queue: Promise<unknown> = Promise.resolve()

async function callNow(args: readonly string[], { cwd, env = {} }: Options): Promise<Ended> {
  const before = process.cwd()
  const saved = [...hidden, ...Object.keys(env)].map((name) => [name, process.env[name]] as const)
  const texts = { stdout: '', stderr: '' }
  const streams = ['stdout', 'stderr'] as const
  const writes = streams.map((stream) => process[stream].write)
  process.chdir(cwd)
  for (const name of hidden) delete process.env[name]
  Object.assign(process.env, { HOME: cwd, ATELIER_CACHE: join(cwd, 'cache'), ...env })
  for (const stream of streams)
    process[stream].write = (text: unknown) => {
      texts[stream] += String(text)
      return true
    }
  try {
    await buildProgram().parseAsync(args, { from: 'user' })
    return { code: 0, signal: null, ...texts }
  } catch (error) {
    const { message, exitCode } = describeFailure(error)
    const stderr = message === '' ? texts.stderr : `${texts.stderr}${message}\n`
    return { code: exitCode, signal: null, stdout: texts.stdout, stderr }
  } finally {
    streams.forEach((stream, i) => {
      const write = writes[i]
      if (write) process[stream].write = write
    })
    for (const [name, value] of saved) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
    process.chdir(before)
  }
}

/** Gives new empty folders, all removed after the tests of the file. */
export function temporaryFolders(): () => Promise<string> {
  const folders: string[] = []
  afterAll(async () => {
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })))
  })
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'atelier-cli-'))
    folders.push(folder)
    return folder
  }
}

/** Writes a dataset that can be learnt: three classes, each a bright band at its own height, and noise or, `dark`, none. */
export async function writeBands(
  folder: string,
  {
    train = 600,
    test = 90,
    side = 8,
    seed = 1,
    dark = false,
  }: { train?: number; test?: number; side?: number; seed?: number; dark?: boolean } = {},
): Promise<void> {
  const part = async (name: string, count: number): Promise<void> => {
    const random = new Random(seed, `bands ${name}`)
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 3)
    const images = new Uint8Array(count * side * side)
    for (let i = 0; i < images.length; i++) {
      const label = Math.floor(i / (side * side)) % 3
      const line = Math.floor(i / side) % side
      const inBand = Math.floor((line * 3) / side) === label
      images[i] = dark && !inBand ? 0 : random.integer(i, 200) + (inBand ? 55 : 0)
    }
    await writeIdx(join(folder, `${name}-images-idx3-ubyte`), [count, side, side], images)
    await writeIdx(join(folder, `${name}-labels-idx1-ubyte`), [count], labels)
  }
  await part('train', train)
  await part('t10k', test)
}

/** The lines of `--json`. */
export function jsonLines(stdout: string): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Record<string, unknown> => JSON.parse(line))
}

/** The last line of `--json`. */
export function lastLine(stdout: string): Record<string, unknown> {
  return jsonLines(stdout).at(-1) ?? {}
}

/** The folders of the runs below `cwd`, oldest first. */
export async function runsIn(cwd: string): Promise<string[]> {
  const names = await readdir(join(cwd, 'runs')).catch((): string[] => [])
  return names.sort().map((name) => join(cwd, 'runs', name))
}

export async function readJson(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path, 'utf8'))
}
