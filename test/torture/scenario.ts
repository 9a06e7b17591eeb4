import type { Draw } from './draw.ts'
import type { Ended, Running } from './processes.ts'
import type { References } from './references.ts'
import { type Fault, judgeEnding } from './verdicts/ending.ts'

/** One way to disturb atelier. A case of it is determined by a seed, apart from the moments at which signals arrive. */
export interface Scenario {
  readonly name: string
  /** One line for the documentation. */
  readonly about: string
  /** How much of the campaign's time it gets, relative to the others. */
  readonly weight: number
  run(trial: Case): Promise<void>
}

/** What a scenario works with in one case. */
export interface Case {
  readonly draw: Draw
  /** An empty folder, kept when a fault is found. */
  readonly folder: string
  /** A folder with 500 images of 8 x 8 in four classes. Not to be changed. */
  readonly data: string
  /** Results of trainings and studies that nobody disturbed. */
  readonly references: References
  /** How many inputs a fuzzer tries in a case. */
  readonly inputs: number
  /** How often a training or a study is disturbed in a case, at most. */
  readonly rounds: number
  /** A line in the record of what was done, kept with the folder. */
  note(text: string): void
  /** Counts a disturbance or an input, such as "SIGKILL". */
  count(what: string, times?: number): void
  /** @param kind equal for faults of one kind, whatever the numbers in `text` */
  fault(kind: string, text: string): void
}

/** Records how a command ended, for people who look into a failed case. */
function noteEnd(trial: Case, ended: Ended): void {
  const how = ended.hung ? 'hung' : (ended.signal ?? `exit ${ended.code}`)
  const error = ended.stderr.trim()
  trial.note(`${ended.command}: ${how}, ${ended.seconds.toFixed(2)} s${error === '' ? '' : `\n${error}`}`)
}

export function report(trial: Case, faults: readonly Fault[]): void {
  for (const { kind, text } of faults) trial.fault(kind, text)
}

/**
 * Waits for the end of a command, records and judges it.
 *
 * @param sent signals that may have ended it
 */
export async function endOf(
  trial: Case,
  { ended }: Running,
  sent: readonly NodeJS.Signals[] = [],
): Promise<Ended> {
  const end = await ended
  noteEnd(trial, end)
  report(trial, judgeEnding(end, sent))
  return end
}
