import { checkFields } from '../base/arguments.ts'
import type { Dataset } from '../data/dataset.ts'
import { matchFingerprint } from '../data/fingerprint.ts'
import { readCheckpoint } from './checkpoint.ts'
import { checkSessionOptions, type SessionOptions } from './session.ts'

/** Bytes of a file, and its name for messages. */
export interface NamedBytes {
  readonly bytes: Uint8Array
  readonly name: string
}

export interface TrainOptions extends SessionOptions {
  /** Ends the training after the current step; the last event is then `interrupted`. */
  readonly signal?: AbortSignal
  /** A checkpoint to resume from. */
  readonly resume?: NamedBytes
  /** Weights to start from instead of random ones. */
  readonly initFrom?: NamedBytes
}

/** @throws ConfigError for an option of the wrong kind */
export function checkTrainOptions(options: TrainOptions): void {
  checkSessionOptions(options)
  const kinds = { signal: 'object?', resume: 'object?', initFrom: 'object?', onEvent: 'function?' } as const
  checkFields(options, kinds, 'options')
  if (options.resume !== undefined) checkNamedBytes(options.resume, 'options, resume')
  if (options.initFrom !== undefined) checkNamedBytes(options.initFrom, 'options, initFrom')
}

/** @throws ConfigError unless these are bytes and their name */
export function checkNamedBytes(file: NamedBytes, where: string): void {
  checkFields(file, { bytes: 'bytes', name: 'text' }, where)
}

/** The fingerprint that the checkpoint must have: the current one, or the matching one of atelier 0.1.0. */
export async function resumedFingerprint(
  dataset: Dataset,
  now: string,
  { resume, rows }: TrainOptions,
): Promise<string> {
  if (resume === undefined) return now
  const saved = readCheckpoint(resume.bytes, resume.name).dataset
  return (await matchFingerprint(saved, dataset, rows)) === 'sampled' ? saved : now
}
