import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** Seconds after which a command counts as hanging. */
const patience = 120

export interface Ended {
  /** The command line, for people. */
  readonly command: string
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly seconds: number
  /** It hung and was killed. */
  readonly hung: boolean
}

/** A line of `--json` and when it came, in milliseconds of `performance.now`. */
export interface Line {
  readonly at: number
  readonly value: Readonly<Record<string, unknown>>
}

export interface Running {
  readonly lines: readonly Line[]
  readonly ended: Promise<Ended>
  /** To the process and all that it has started. Does nothing once it has ended. */
  signal(name: NodeJS.Signals): void
  /** Resolves when `fits` says yes to the lines so far, or at the end of the process. */
  until(fits: (lines: readonly Line[]) => boolean): Promise<void>
}

const alive = new Set<ChildProcess>()

/** Kills every process that is left, with all that it has started. */
export function killAll(): void {
  for (const child of alive) signalGroup(child, 'SIGKILL')
}

process.on('exit', killAll)

export function signalGroup(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    process.kill(-child.pid, name)
  } catch {
    // It has ended just now.
  }
}

/** Marks a process, the leader of its group, as one to be killed by {@link killAll}. */
export function own(child: ChildProcess): void {
  alive.add(child)
  child.on('close', () => alive.delete(child))
}

/** An environment without the user's own data and settings. */
export function plainEnvironment(cwd: string): Record<string, string> {
  const { PATH = '' } = process.env
  return { PATH, HOME: cwd, ATELIER_CACHE: join(cwd, 'cache') }
}

/** Starts the built command line as the leader of a process group of its own. */
export function start(
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Running {
  const began = performance.now()
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: { ...plainEnvironment(cwd), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  own(child)
  const lines: Line[] = []
  const waiting = new Set<() => void>()
  let [stdout, stderr, rest, hung] = ['', '', '', false]
  const timer = setTimeout(() => {
    hung = true
    signalGroup(child, 'SIGKILL')
  }, 1000 * patience)
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      const value = parseLine(part)
      if (value !== undefined) lines.push({ at: performance.now(), value })
    }
    for (const look of waiting) look()
  })
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      const seconds = (performance.now() - began) / 1000
      resolve({ command: `atelier ${args.join(' ')}`, code, signal, stdout, stderr, seconds, hung })
    })
  })
  const until: Running['until'] = (fits) =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!fits(lines)) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      void ended.then(() => resolve())
      look()
    })
  return { lines, ended, until, signal: (name) => signalGroup(child, name) }
}

function parseLine(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
