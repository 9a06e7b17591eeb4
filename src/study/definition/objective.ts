import { checkFields } from '../../base/arguments.ts'
import { ConfigError } from '../../base/errors.ts'
import { combinationCount, fieldsOf } from '../search/combinations.ts'
import type { Experiment, Metric } from './schema.ts'

/** Where the scores come from that choose between combinations; "none" when there is only one, or nothing to choose. */
export type Choice = 'folds' | 'validation' | 'test' | 'train' | 'none'

/** What combinations are judged by. */
export interface Objective {
  readonly metric: Metric
  readonly part: 'train' | 'validation' | 'test'
  readonly measure: 'loss' | 'accuracy'
  readonly direction: 'maximize' | 'minimize'
  readonly choice: Choice
  /** Whether combinations have ranks and one of them is the best; false where they are only compared. */
  readonly ranked: boolean
}

/**
 * What an experiment chooses by. Without `maximize` or `minimize` that is the accuracy on the folds or validation
 * rows; on the test set only where the study says so, or where one combination, or `chooseOn: none`, leaves nothing to
 * choose: then `maximize` or `minimize` just names what is shown.
 *
 * @throws ConfigError when the experiment has nothing to choose by, or would choose on the test set without saying so
 */
export function objectiveOf(experiment: Experiment, where = experiment?.id ?? 'experiment'): Objective {
  checkFields(experiment, { id: 'text', base: 'object', folds: 'object?' }, 'experiment')
  const { maximize, minimize, folds, chooseOn } = experiment
  if (maximize !== undefined && minimize !== undefined) {
    throw new ConfigError('expected maximize or minimize, got both.', {
      where: `${where}, minimize`,
      hint: 'Remove one of them.',
    })
  }
  const held = folds === undefined ? (holdsOut(experiment) ? 'validation' : undefined) : 'folds'
  const ranked = chooseOn !== 'none'
  const choosing = ranked && combinationCount(experiment) > 1
  if (!ranked) checkNoRule(experiment, where)
  if ((chooseOn === 'folds' || chooseOn === 'validation') && chooseOn !== held) {
    const what =
      held === undefined ? `there are no ${rowsOf(chooseOn)}.` : `there are ${rowsOf(held)} instead.`
    const hint = chooseOn === 'folds' ? 'Add folds, such as { k: 5 }.' : 'Set base.validation, such as 0.1.'
    throw new ConfigError(what, {
      where: `${where}, chooseOn`,
      hint: held === undefined ? hint : 'Remove chooseOn.',
    })
  }
  const metric = maximize ?? minimize ?? usual(chooseOn === 'test' ? 'test' : held, choosing, where)
  const part = metric.startsWith('train') ? 'train' : metric.startsWith('test') ? 'test' : 'validation'
  const key = `${where}, ${minimize === undefined ? 'maximize' : 'minimize'}`
  if (part === 'validation' && held === undefined) {
    throw new ConfigError(`${metric} needs rows that are held out.`, {
      where: key,
      hint: 'Add folds, such as { k: 5 }, or set base.validation, such as 0.1.',
    })
  }
  if (part === 'test' && choosing && chooseOn !== 'test') {
    throw new ConfigError(`${metric} would choose on the test set.`, {
      where: key,
      hint: 'Choose on folds or validation rows, or write "chooseOn: test" and it will be said in every output.',
    })
  }
  if (part !== 'test' && chooseOn === 'test') {
    const what = `chooseOn says test, but ${metric} is measured on other rows.`
    throw new ConfigError(what, { where: key, hint: 'Name a test metric, or remove chooseOn.' })
  }
  const measure = metric.endsWith('Loss') ? 'loss' : 'accuracy'
  const direction = measure === 'loss' ? 'minimize' : 'maximize'
  const choice = choosing ? (part === 'validation' ? (held ?? 'none') : part) : 'none'
  return { metric, part, measure, direction, choice, ranked }
}

/** @throws ConfigError when trials are to be stopped by their scores although nothing is to be chosen */
function checkNoRule({ search, prune }: Experiment, where: string): void {
  if (search.type !== 'halving' && prune === undefined) return
  const what =
    search.type === 'halving'
      ? 'successive halving chooses who goes on.'
      : 'pruning chooses which trials are stopped.'
  throw new ConfigError(what, {
    where: `${where}, chooseOn`,
    hint: `Remove "chooseOn: none", or ${search.type === 'halving' ? 'search' : 'prune'}.`,
  })
}

function usual(part: 'folds' | 'validation' | 'test' | undefined, choosing: boolean, where: string): Metric {
  if (part === 'folds' || part === 'validation') return 'validationAccuracy'
  if (part === 'test' || !choosing) return 'testAccuracy'
  throw new ConfigError('there is nothing to choose the best combination by.', {
    where: `${where}, folds`,
    hint: 'Add folds, such as { k: 5 }, or set base.validation, such as 0.1, or write "chooseOn: test".',
  })
}

function rowsOf(held: 'folds' | 'validation'): string {
  return held === 'folds' ? 'folds' : 'validation rows'
}

function holdsOut({ base, axes, search }: Experiment): boolean {
  return (
    (base['validation'] ?? 0) !== 0 ||
    fieldsOf({ axes, search }).includes('validation') ||
    ('ranges' in search && 'validation' in search.ranges)
  )
}

/** One sentence about where the choice comes from, for the top of every output; loud where it is the test set. */
export function choiceText(objective: Objective, folds?: Experiment['folds']): string {
  checkFields(objective, { choice: 'text', metric: 'text' }, 'objective')
  const { choice, metric, ranked } = objective
  switch (choice) {
    case 'folds':
      return `Chosen by ${metric} on ${folds?.k ?? ''} ${folds?.kind ?? ''} folds of the training rows.`
    case 'validation':
      return `Chosen by ${metric} on rows held out of the training rows.`
    case 'test':
      return `CHOSEN ON THE TEST SET by ${metric}: the best value is too good to expect on new images.`
    case 'train':
      return `CHOSEN ON THE TRAINING ROWS by ${metric}: this favours models that learn their examples by heart.`
    case 'none':
      return ranked
        ? `One combination, nothing was chosen; the value is ${metric}.`
        : `A comparison, nothing was chosen; the value is ${metric}.`
  }
}
