import type { ContestResult } from './results.ts'

/** One epoch of training, evaluation apart. */
export interface EpochTime {
  readonly seconds: number
  /** Processor time of all threads: shows who used more cores than it was given. */
  readonly cpuSeconds: number
}

/** What was recognised after the last epoch. */
export interface Finish {
  /** Share of the test images recognised. */
  readonly testAccuracy: number
  /** Test images looked at. */
  readonly testRows: number
}

/** Somebody who trains the model one epoch at a time, and rests in between. */
export interface Contestant {
  readonly name: string
  readonly threads: number
  /** The engine, where it is atelier itself. */
  readonly engine: string | null
  /** The part of an epoch that `epoch` trains: 1, or less for who is too slow to be waited for. */
  readonly share: number
  epoch(): Promise<EpochTime>
  finish(): Promise<Finish>
  /** Ends it, also in the middle. */
  stop(): Promise<void>
}

/** Who may take part: a contestant, or the sentence that says why there is none. */
export type Start =
  | { readonly contestant: Contestant; readonly note?: string }
  | { readonly contestant: undefined; readonly reason: string }

export interface Contest {
  readonly results: readonly ContestResult[]
  /** Who gave up on the way, and why, each in a sentence. */
  readonly failures: readonly string[]
}

/** Threads of some libraries spin for a while after their work: the next contestant starts when they sleep. */
const REST_MILLISECONDS = 250

/**
 * Lets all train in turns, an epoch each, A B A B, so that whatever else happens on the machine happens to all. The
 * first epoch of each is a warm-up: it counts for the accuracy, not for the time. Whoever trains only a part of an
 * epoch has its times divided by that part. A contestant that fails is left out and named. All are stopped at the end.
 *
 * @param epochs how often each trains, the warm-up included
 */
export async function runContest(
  contestants: readonly Contestant[],
  epochs: number,
  rest = REST_MILLISECONDS,
): Promise<Contest> {
  const failures: string[] = []
  const results: ContestResult[] = []
  try {
    for (const [contestant, times] of await takeTurns(contestants, epochs, failures, rest)) {
      await contestant.finish().then(
        (finish) => results.push(resultOf(contestant, times, finish)),
        (error) => failures.push(failureOf(contestant, error)),
      )
    }
    return { results, failures }
  } finally {
    await stopAll(contestants)
  }
}

/** The turns alone: all times of those who did not fail. */
export async function takeTurns(
  contestants: readonly Contestant[],
  epochs: number,
  failures: string[],
  rest = REST_MILLISECONDS,
): Promise<ReadonlyMap<Contestant, readonly EpochTime[]>> {
  const times = new Map(contestants.map((contestant): [Contestant, EpochTime[]] => [contestant, []]))
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const [contestant, own] of [...times]) {
      await new Promise((resolve) => setTimeout(resolve, rest))
      await contestant.epoch().then(
        (time) => own.push(time),
        (error) => {
          times.delete(contestant)
          failures.push(failureOf(contestant, error))
        },
      )
    }
  }
  return times
}

export async function stopAll(contestants: readonly Contestant[]): Promise<void> {
  await Promise.all(contestants.map((contestant) => contestant.stop()))
}

function resultOf(
  { name, threads, engine, share }: Contestant,
  times: readonly EpochTime[],
  finish: Finish,
): ContestResult {
  const kept = times.slice(1)
  return {
    name,
    threads,
    engine,
    share,
    epochsTrained: share * times.length,
    seconds: kept.map(({ seconds }) => seconds / share),
    cpuSeconds: kept.map(({ cpuSeconds }) => cpuSeconds / share),
    ...finish,
  }
}

function failureOf({ name, threads }: Contestant, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error)
  return `${name} with ${threads} thread${threads === 1 ? '' : 's'} failed: ${reason}`
}
