import { canonicalJson } from '../../base/digest.ts'
import { ConfigError } from '../../base/errors.ts'
import { validate } from '../../base/validate.ts'
import { type TrainingConfig, trainingSchema } from '../../train/config.ts'
import { isNumberRange } from '../search/combinations.ts'
import { applyParams, canonicalConfig } from '../search/expand.ts'
import { parsePath } from './fields.ts'
import { objectiveOf } from './objective.ts'
import { pythonText } from './pythonText.ts'
import type { Experiment, Json, NumberRange, Params } from './schema.ts'

/**
 * Tries the base and every value of every axis on the training schema, one axis at a time, so that a message names the
 * base or the axis at fault; of a list every combination.
 *
 * @throws ConfigError naming the key; also when two values of an axis make the same training
 */
export function checkConfigs(experiment: Experiment, where: string): void {
  const { base, search } = experiment
  if (search.type === 'list') {
    search.combinations.forEach((params, index) => {
      const place = `${where}, search.combinations[${index}]`
      checkScores(experiment, blaming(base, params, place, `${where}, base`), where)
    })
    return
  }
  const key = 'ranges' in search ? 'search.ranges' : 'axes'
  const values = valuesOf(experiment)
  const first = Object.fromEntries(values.map(([path, [value = null]]) => [path, value]))
  const start = blaming(base, first, `${where}, ${key}`, `${where}, base`)
  checkSearch(experiment, start, where)
  checkScores(experiment, start, where)
  for (const [path, [, ...others]] of values) {
    const seen = new Map([[canonicalJson(start), first[path] ?? null]])
    for (const value of others) {
      const params = { ...first, [path]: value }
      const config = validated(base, params, `${where}, ${key}`)
      checkScores(experiment, config, where)
      const text = canonicalJson(config)
      const twin = seen.get(text)
      if (twin !== undefined) {
        const what = `${pythonText(twin)} and ${pythonText(value)} are the same training: the axis changes nothing.`
        throw new ConfigError(what, { where: `${where}, ${key}, ${path}`, hint: 'Remove one, or the axis.' })
      }
      seen.set(text, value)
    }
    const range = 'ranges' in search ? search.ranges[path] : undefined
    if (range !== undefined && isNumberRange(range)) {
      checkFractions(base, first, path, range, `${where}, ${key}, ${path}`)
    }
  }
}

/** What every field takes: all values of a list, the ends of a range. */
function valuesOf({ axes, search }: Experiment): [path: string, values: readonly Json[]][] {
  const lists = 'ranges' in search ? search.ranges : axes
  return Object.entries(lists).map(([path, range]) => [
    path,
    isNumberRange(range) ? [range.low, range.high] : range,
  ])
}

function validated(base: Experiment['base'], params: Params, where: string): TrainingConfig {
  return canonicalConfig(validate(trainingSchema, applyParams(base, params), where))
}

/** The same, with the axes named in the message when it is about a field that they set. */
function blaming(base: Experiment['base'], params: Params, axes: string, other: string): TrainingConfig {
  const result = trainingSchema.safeParse(applyParams(base, params))
  const paths = Object.keys(params).map(parsePath)
  const atAxes = (result.error?.issues ?? []).some((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys] : issue.path
    return paths.some((path) => path.every((key, depth) => keys[depth] === key))
  })
  return validated(base, params, atAxes ? axes : other)
}

/** Successive halving needs epochs to stop after. */
function checkSearch({ axes, search, prune }: Experiment, config: TrainingConfig, where: string): void {
  if (search.type !== 'halving') return
  if (prune !== undefined) {
    throw new ConfigError('successive halving stops trials by its own rule.', {
      where: `${where}, prune`,
      hint: 'Remove one of them.',
    })
  }
  if ('epochs' in axes || ('ranges' in search && 'epochs' in search.ranges)) {
    throw new ConfigError('successive halving decides how many epochs each combination gets.', {
      where: `${where}, search`,
      hint: 'Take epochs out of the fields that vary; those of the base are the most.',
    })
  }
  if (search.minEpochs >= config.epochs) {
    throw new ConfigError(`${search.minEpochs} epochs are not fewer than the training's ${config.epochs}.`, {
      where: `${where}, search.minEpochs`,
      hint: 'Lower it, or train for more epochs.',
    })
  }
}

/** Every combination must give the scores that decide. */
function checkScores(experiment: Experiment, config: TrainingConfig, where: string): void {
  const { search, prune, folds } = experiment
  const stops = search.type === 'halving' || prune !== undefined
  if (stops && config.evaluate === 'end') {
    throw new ConfigError('trials are stopped by their scores after each epoch, and there would be none.', {
      where: `${where}, evaluate`,
      hint: 'Set it to "epoch".',
    })
  }
  const { part, metric } = objectiveOf(experiment, where)
  const held = folds !== undefined || config.validation > 0
  if (held && !config.scoreOn.includes('validation')) {
    throw new ConfigError('rows are held out, but not scored.', {
      where: `${where}, scoreOn`,
      hint: 'Add "validation", or hold no rows out.',
    })
  }
  if (!config.scoreOn.includes(part)) {
    throw new ConfigError(`${metric} would not be measured.`, {
      where: `${where}, scoreOn`,
      hint: `Add "${part}", or name another score with maximize or minimize.`,
    })
  }
  if (held) return
  if (part === 'validation') {
    throw new ConfigError('0 leaves no rows to choose by.', {
      where: `${where}, validation`,
      hint: 'Choose by folds, or leave the 0 out.',
    })
  }
  if (config.earlyStopping !== undefined) {
    const hint = 'Add folds, or set base.validation, such as 0.1.'
    throw new ConfigError('there are no validation rows to watch.', {
      where: `${where}, earlyStopping`,
      hint,
    })
  }
}

/** A range of fractions for a field that counts something would fail at its first draw. */
function checkFractions(
  base: Experiment['base'],
  first: Params,
  path: string,
  range: NumberRange,
  where: string,
) {
  const middle = Math.floor(range.low) + 0.5
  if (range.integer || middle > range.high) return
  if (trainingSchema.safeParse(applyParams(base, { ...first, [path]: middle })).success) return
  throw new ConfigError('takes whole numbers only.', { where, hint: 'Add "integer: true" to the range.' })
}
