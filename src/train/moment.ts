import { AtelierError } from '../base/errors.ts'

/** Guards what an event offers: once the next event was asked for, the training has another state. */
export class Moment {
  private current = 0

  /** The consumer has asked for the next event. */
  pass(): void {
    this.current += 1
  }

  /**
   * `make`, as long as the moment has not passed.
   *
   * @returns a function that throws an AtelierError with this name when it is called too late
   */
  guard<T>(name: string, make: () => T): () => T {
    const { current } = this
    return () => {
      if (this.current === current) return make()
      const hint = 'Call it before asking for the next event.'
      throw new AtelierError('was called too late: the training has gone on.', { where: `${name}()`, hint })
    }
  }
}
