/** The only place below the command line that reads the time. Nothing that reaches a weight may use it. */

/** Seconds since some fixed moment, never going backwards. */
export function seconds(): number {
  return performance.now() / 1000
}

/** The present moment as ISO 8601, in UTC. */
export function timestamp(): string {
  return new Date().toISOString()
}
