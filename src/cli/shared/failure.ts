import { CommanderError } from 'commander'
import { AtelierError } from '../../base/errors.ts'
import { visibleLines } from '../../base/text.ts'

/** Exit codes: 0 done, 1 the work failed, 2 wrong usage, 130 and 143 interrupted (128 + signal). */
export interface Failure {
  /** For stderr; empty if the command has already said why. */
  readonly message: string
  readonly exitCode: number
}

/** Ends the command with an exit code and no further message, such as after Ctrl-C. */
export class Exit extends Error {
  override readonly name: string = 'Exit'
  readonly exitCode: number

  constructor(exitCode: number) {
    super(`exit ${exitCode}`)
    this.exitCode = exitCode
  }
}

/** V8's messages when an ArrayBuffer or a WebAssembly memory cannot be allocated. */
const OUT_OF_MEMORY = /allocation failed|out of memory|could not allocate/i

/** What to tell the user about an error, and the exit code. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof Exit) return { message: '', exitCode: error.exitCode }
  // Commander has written its message already; help and version end this way too, with 0.
  if (error instanceof CommanderError) return { message: '', exitCode: error.exitCode === 0 ? 0 : 2 }
  if (error instanceof AtelierError)
    return { message: `error: ${visibleLines(error.message)}`, exitCode: error.exitCode }
  if (error instanceof Error && 'syscall' in error && error.syscall === 'uv_cwd')
    return {
      message: 'error: the current folder has been deleted. Change to another one and try again.',
      exitCode: 1,
    }
  if (error instanceof RangeError && OUT_OF_MEMORY.test(error.message))
    return {
      message: `error: memory could not be allocated (${error.message}). Free some, use a smaller dataset, or raise the limit of virtual memory ("ulimit -v unlimited").`,
      exitCode: 1,
    }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const message = `error: ${error instanceof Error ? error.message : stack}`
  return { message: `${message}\nThis is a defect in atelier, please report it:\n${stack}`, exitCode: 1 }
}
