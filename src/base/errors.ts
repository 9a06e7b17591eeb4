/**
 * Base: what all other folders build on: errors, argument checks, shapes, seeded random numbers, elementary functions, files
 * that are written whole, text. Here: the errors.
 */

import { shortenValues } from './shorten.ts'

/** Where an error is, and what to do about it. Any error that is not an {@link AtelierError} is a defect. */
export interface ErrorDetails {
  /** The file, option, configuration key or layer with the error. */
  readonly where?: string
  /** How to solve it: one sentence. */
  readonly hint?: string
  readonly cause?: unknown
}

/**
 * The parent of all expected errors. `message` reads "where: what. hint"; long values in it are shortened. Every class
 * sets its `name` as a literal string: a minifier renames classes, so `constructor.name` is of no use in a bundle.
 */
export class AtelierError extends Error {
  override readonly name: string = 'AtelierError'
  /** Exit code of the command line: 1 if the work failed, 2 for wrong usage. */
  readonly exitCode: 1 | 2 = 1
  readonly where: string | undefined
  readonly hint: string | undefined

  constructor(what: string, details: ErrorDetails = {}) {
    const where = details.where === undefined ? undefined : shortenValues(details.where)
    const hint = details.hint === undefined ? undefined : shortenValues(details.hint)
    super(
      `${where === undefined ? '' : `${where}: `}${shortenValues(what)}${hint === undefined ? '' : ` ${hint}`}`,
      { cause: details.cause },
    )
    this.where = where
    this.hint = hint
  }
}

/** An invalid argument, option or configuration value. */
export class ConfigError extends AtelierError {
  override readonly name: string = 'ConfigError'
  override readonly exitCode = 2
}

/** Shapes that do not fit together; `where` names the layer. */
export class ShapeError extends AtelierError {
  override readonly name: string = 'ShapeError'
  override readonly exitCode = 2
}

/** A dataset that is missing, damaged or not what its header says. */
export class DataError extends AtelierError {
  override readonly name: string = 'DataError'
}

/** A file of weights or a checkpoint that is damaged or belongs to another model. */
export class CheckpointError extends AtelierError {
  override readonly name: string = 'CheckpointError'
}

/** The loss became NaN or infinite. */
export class DivergenceError extends AtelierError {
  override readonly name: string = 'DivergenceError'
  /** The epoch and the step in which it happened, both 1 for the first; steps are counted over all epochs. */
  readonly epoch: number
  readonly step: number
  /** In that step. */
  readonly learningRate: number

  constructor(
    what: string,
    details: ErrorDetails & { readonly epoch: number; readonly step: number; readonly learningRate: number },
  ) {
    super(what, details)
    this.epoch = details.epoch
    this.step = details.step
    this.learningRate = details.learningRate
  }
}

/** A result that could not be written. */
export class OutputError extends AtelierError {
  override readonly name: string = 'OutputError'
}

/** The WebAssembly engine or one of its threads could not be started or stopped answering. */
export class EngineError extends AtelierError {
  override readonly name: string = 'EngineError'
}
