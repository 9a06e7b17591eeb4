/** Events from several sources, one after the other for one reader, who may be slower than they are. */
export class Feed<T> {
  private readonly events: T[] = []
  /** Only the newest of each key matters, such as the progress of a trial. */
  private readonly latest = new Map<number, T>()
  private closed = false
  private failure: { readonly error: unknown } | undefined
  private wake: () => void = () => undefined

  push(event: T): void {
    this.events.push(event)
    this.wake()
  }

  /** Takes the place of what the reader has not seen yet of the same key. */
  pushLatest(key: number, event: T): void {
    this.latest.set(key, event)
    this.wake()
  }

  /** Forgets what was pushed by {@link pushLatest}: it is over. */
  forget(key: number): void {
    this.latest.delete(key)
  }

  /** What was pushed is still read. */
  close(): void {
    this.closed = true
    this.wake()
  }

  /** The reader gets the error, after what was pushed before it. */
  fail(error: unknown): void {
    this.failure ??= { error }
    this.close()
  }

  get failed(): boolean {
    return this.failure !== undefined
  }

  async *read(): AsyncGenerator<T, void, undefined> {
    for (;;) {
      const event = this.next()
      if (event !== undefined) {
        yield event
        continue
      }
      if (this.failure !== undefined) throw this.failure.error
      if (this.closed) return
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
  }

  private next(): T | undefined {
    const event = this.events.shift()
    if (event !== undefined) return event
    for (const [key, value] of this.latest) {
      this.latest.delete(key)
      return value
    }
    return undefined
  }
}
