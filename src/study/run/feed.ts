/** A queue of events from several sources for one reader. */
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

  /** Replaces an event of the same key that the reader has not seen yet. */
  pushLatest(key: number, event: T): void {
    this.latest.set(key, event)
    this.wake()
  }

  /** Drops the event of a key that {@link pushLatest} has pushed. */
  forget(key: number): void {
    this.latest.delete(key)
  }

  /** The reader still gets what was pushed before. */
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
