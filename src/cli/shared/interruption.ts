/**
 * Milliseconds in which a second signal counts as the same key press: `npm start` forwards Ctrl-C to the program, which
 * has received it from the terminal already.
 */
const samePress = 250

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const
type Signal = keyof typeof exitCodes

export interface InterruptionOptions {
  /** Called at the first signal. */
  readonly onFirst: () => void
  readonly on?: (signal: Signal, listener: () => void) => void
  readonly off?: (signal: Signal, listener: () => void) => void
  readonly exit?: (code: number) => void
  /** Milliseconds. */
  readonly now?: () => number
}

/** Turns the first Ctrl-C into a request to stop; a second one exits at once. */
export class Interruption {
  private readonly controller = new AbortController()
  private readonly options: Required<InterruptionOptions>
  private readonly listeners: readonly (readonly [Signal, () => void])[]
  private firstAt: number | undefined
  private code = exitCodes.SIGINT as number

  constructor(options: InterruptionOptions) {
    this.options = {
      on: (signal, listener) => process.on(signal, listener),
      off: (signal, listener) => process.off(signal, listener),
      exit: (code) => process.exit(code),
      now: () => performance.now(),
      ...options,
    }
    this.listeners = [
      ['SIGINT', () => this.receive(exitCodes.SIGINT)],
      ['SIGTERM', () => this.receive(exitCodes.SIGTERM)],
    ]
    for (const [signal, listener] of this.listeners) this.options.on(signal, listener)
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.controller.signal
  }

  /** Exit code of an interrupted command. */
  get exitCode(): number {
    return this.code
  }

  /** Requests the stop without a signal. */
  stop(exitCode: number): void {
    if (this.controller.signal.aborted) return
    this.code = exitCode
    this.controller.abort()
  }

  /** Restores the default handling of signals. */
  end(): void {
    for (const [signal, listener] of this.listeners) this.options.off(signal, listener)
  }

  private receive(code: number): void {
    const now = this.options.now()
    if (this.firstAt === undefined) {
      this.firstAt = now
      this.stop(code)
      this.options.onFirst()
    } else if (now - this.firstAt > samePress) this.options.exit(code)
  }
}
