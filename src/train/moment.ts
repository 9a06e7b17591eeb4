import { AtelierError } from '../base/errors.ts'

/** Guards the functions of an event: after the next event was asked for, the training has another state. */
export class Moment {
  private current = 0

  /** Call when the consumer asks for the next event. */
  pass(): void {
    this.current += 1
  }

  /**
   * Wraps `make` so that it works until the next event is asked for.
   *
   * @returns a function that throws an AtelierError with this name if it is called too late
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
