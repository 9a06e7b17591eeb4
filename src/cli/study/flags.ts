/** What the command line gave for `atelier run`, as typed. */
export interface RunFlags {
  readonly workers?: string
  readonly store?: string
  readonly engine?: string
  readonly data?: string
  readonly offline?: boolean
  readonly limit?: string
  /** Ids of experiments, between commas. */
  readonly only?: string
  readonly trials?: string
  readonly minutes?: string
  readonly retryFailed?: boolean
  readonly force?: boolean
  readonly fork?: boolean
  readonly refit?: boolean
  readonly sort?: boolean
  readonly details?: boolean
  readonly json?: boolean
}

/** Where studies are kept when nothing else is said. */
export const usualStore = './runs/atelier.db'
