import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { own, plainEnvironment, signalGroup } from './processes.ts'
import type { Ending } from './verdicts/ending.ts'

const script = fileURLToPath(new URL('host.js', import.meta.url))

/** Seconds after which a command is interrupted, as a valid input may ask for a long training. */
const patience = 40
/** Seconds that it then has to end. */
const grace = 30
/** Commands after which the process is replaced, so that what it keeps in memory does not matter. */
const lifetime = 300

/** A process that runs command lines one after the other, and is replaced when one of them kills it. */
class Host {
  private child: ChildProcess | undefined
  private stderr = ''
  private commands = 0
  private queue: Promise<unknown> = Promise.resolve()

  /** One command at a time; further ones wait. */
  run(args: readonly string[], cwd: string): Promise<Ending> {
    const ending = this.queue.then(() => this.runNow(args, cwd))
    this.queue = ending.catch(() => undefined)
    return ending
  }

  private async runNow(args: readonly string[], cwd: string): Promise<Ending> {
    if (this.commands++ % lifetime === 0) this.close()
    this.child ??= await this.begin()
    const { child } = this
    this.stderr = ''
    let hung = false
    return new Promise((resolve) => {
      const interrupt = setTimeout(() => signalGroup(child, 'SIGINT'), 1000 * patience)
      const kill = setTimeout(
        () => {
          hung = true
          signalGroup(child, 'SIGKILL')
        },
        1000 * (patience + grace),
      )
      const end = (ending: Ending): void => {
        clearTimeout(interrupt)
        clearTimeout(kill)
        child.off('message', onMessage)
        child.off('close', onClose)
        resolve(ending)
      }
      const onMessage = (message: unknown): void => end({ ...toEnding(message), signal: null, hung })
      const onClose = (code: number | null, signal: NodeJS.Signals | null): void => {
        this.child = undefined
        end({ code, signal, stdout: '', stderr: this.stderr, hung })
      }
      child.on('message', onMessage)
      child.on('close', onClose)
      child.send({ args, cwd })
    })
  }

  close(): void {
    if (this.child !== undefined) signalGroup(this.child, 'SIGKILL')
    this.child = undefined
  }

  private async begin(): Promise<ChildProcess> {
    const child = fork(script, {
      env: plainEnvironment('/nonexistent'),
      silent: true,
      detached: true,
      execArgv: ['--expose-gc'],
    })
    own(child)
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
    })
    await new Promise<void>((resolve, reject) => {
      const onClose = (): void => reject(new Error(`the host of the fuzzers did not start: ${this.stderr}`))
      child.once('message', () => {
        child.off('close', onClose)
        resolve()
      })
      child.on('close', onClose)
    })
    return child
  }
}

function toEnding(message: unknown): Pick<Ending, 'code' | 'stdout' | 'stderr'> {
  if (typeof message !== 'object' || message === null) throw new TypeError('not an answer of the host')
  const { code, stdout, stderr } = { code: 0, stdout: '', stderr: '', ...message }
  return { code: Number(code), stdout: String(stdout), stderr: String(stderr) }
}

/** The one that all scenarios of a campaign share. */
export const host = new Host()
