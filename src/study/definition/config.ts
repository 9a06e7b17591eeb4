import { canonicalJson } from '../../base/digest.ts'
import { ConfigError } from '../../base/errors.ts'
import { grouped } from '../../base/grouped.ts'
import { member } from '../../base/schemaText.ts'
import { validate } from '../../base/validate.ts'
import { fieldsOf } from '../search/combinations.ts'
import { expandStudy, mostTrials, trialCount } from '../search/expand.ts'
import { checkConfigs } from './checkConfigs.ts'
import { checkField, parsePath } from './fields.ts'
import { objectiveOf } from './objective.ts'
import { axisValues, firstTwin, plainData, rangeOf } from './parse.ts'
import {
  type Experiment,
  type Folds,
  inlineStudySchema,
  type ListSearch,
  type RandomDraws,
  type Search,
  type Study,
  studySchema,
} from './schema.ts'

/** An experiment whose keys are checked, but not yet what its fields hold. */
type Written = Omit<ReturnType<typeof studySchema.parse>['experiments'][number], 'id'>

/**
 * Checks a study as written in a file and brings it into one form: a list of experiments. What it returns is plain
 * data and itself a valid study.
 *
 * @param where the file, for messages
 * @throws ConfigError naming the key that is wrong and what to do
 */
export function studyConfig(input: unknown, where = 'study'): Study {
  const study =
    member(input, 'experiments') === undefined ? inlineStudy(input, where) : severalOf(input, where)
  const trials = trialCount(study)
  if (trials > mostTrials && study.budget === undefined) {
    throw new ConfigError(`${grouped(trials)} trials, more than ${grouped(mostTrials)}.`, {
      where: `${where}, budget`,
      hint: 'Shorten the axes, draw some combinations with "search: { type: random }", or set budget.trials.',
    })
  }
  // Every combination is tried on the schema here, so that no study fails after hours.
  expandStudy(study, where)
  return study
}

function inlineStudy(input: unknown, where: string): Study {
  const { name, data, budget, ...experiment } = validate(inlineStudySchema, input, where)
  return {
    ...frame(name, data, budget, where),
    experiments: [experimentOf(experiment, checkName(name, `${where}, name`), where)],
  }
}

function severalOf(input: unknown, where: string): Study {
  const { name, data, budget, experiments } = validate(studySchema, input, where)
  const ids = experiments.map(({ id }) => id)
  const twice = firstTwin(ids)
  return {
    ...frame(name, data, budget, where),
    experiments: experiments.map(({ id, ...experiment }, index) => {
      const place = `${where}, experiments[${index}]`
      if (index === twice) {
        const what = `experiments[${ids.indexOf(id)}] already has the id "${id}".`
        throw new ConfigError(what, { where: `${place}.id`, hint: 'Give each experiment its own.' })
      }
      return experimentOf(experiment, checkName(id, `${place}.id`), place)
    }),
  }
}

function frame(
  name: string,
  data: string | undefined,
  budget: Study['budget'],
  where: string,
): Omit<Study, 'experiments'> {
  if (budget !== undefined && budget.trials === undefined && budget.minutes === undefined) {
    const hint = 'Set trials or minutes, or remove it.'
    throw new ConfigError('is empty.', { where: `${where}, budget`, hint })
  }
  return {
    name: checkName(name, `${where}, name`),
    ...(data === undefined ? {} : { data }),
    ...(budget === undefined ? {} : { budget }),
  }
}

/** Names become names of files and arguments of the command line. */
function checkName(name: string, where: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/i.test(name)) return name
  throw new ConfigError(`${JSON.stringify(name)} cannot be a name.`, {
    where,
    hint: 'Use at most 64 letters, digits, dots, underscores and hyphens; begin with a letter or digit.',
  })
}

function experimentOf(written: Written, id: string, where: string): Experiment {
  const { base, axes, search, folds, chooseOn, seeds, maximize, minimize, prune } = written
  const experiment: Experiment = {
    id,
    base: plainData(base, `${where}, base`),
    axes: Object.fromEntries(
      Object.entries(axes).map(([path, values]) => [path, axisValues(values, `${where}, axes, ${path}`)]),
    ),
    search: searchOf(search, where),
    ...(folds === undefined ? {} : { folds: foldsOf(folds, where) }),
    ...(chooseOn === undefined ? {} : { chooseOn }),
    ...(seeds === undefined ? {} : { seeds }),
    ...(maximize === undefined ? {} : { maximize }),
    ...(minimize === undefined ? {} : { minimize }),
    ...(prune === undefined ? {} : { prune }),
  }
  checkPaths(experiment, where)
  checkSeeds(experiment, where)
  checkConfigs(experiment, where)
  objectiveOf(experiment, where)
  return experiment
}

function searchOf(written: Written['search'], where: string): Search {
  if (written === 'grid') return { type: 'grid' }
  if (written.type === 'grid') return written
  if (written.type === 'list') return listOf(written.combinations, where)
  const { trials, ranges, seed, ...rest } = written
  if (ranges === undefined && trials === undefined && rest.type === 'halving') {
    if (seed === undefined) return rest
    throw new ConfigError('only random combinations have a seed.', {
      where: `${where}, search.seed`,
      hint: 'Remove it, or set trials and ranges.',
    })
  }
  if (ranges === undefined || trials === undefined) {
    const [missing, present] = ranges === undefined ? ['ranges', 'trials'] : ['trials', 'ranges']
    throw new ConfigError(`is missing, but ${present} is set.`, {
      where: `${where}, search.${missing}`,
      hint: 'Set both to draw random combinations.',
    })
  }
  const parsed = Object.fromEntries(
    Object.entries(ranges).map(([path, range]) => [path, rangeOf(range, `${where}, search.ranges, ${path}`)]),
  )
  if (Object.keys(parsed).length === 0) {
    throw new ConfigError('is empty.', { where: `${where}, search.ranges`, hint: 'Name a field to vary.' })
  }
  const draws: RandomDraws = { trials, ranges: parsed, seed: seed ?? 1 }
  return { ...rest, ...draws }
}

/** @throws ConfigError when a value is not plain, or the combinations do not name the same fields */
function listOf(written: readonly Readonly<Record<string, unknown>>[], where: string): ListSearch {
  const place = (index: number): string => `${where}, search.combinations[${index}]`
  const combinations = written.map((fields, index) => plainData(fields, place(index)))
  const [first = [], ...others] = combinations.map((fields) => Object.keys(fields).sort())
  const other = others.findIndex((fields) => canonicalJson(fields) !== canonicalJson(first))
  if (other < 0) return { type: 'list', combinations }
  throw new ConfigError('does not have the fields of the first combination.', {
    where: place(other + 1),
    hint: `Give each a value for ${first.join(', ')}.`,
  })
}

function foldsOf({ k, kind, seed }: NonNullable<Written['folds']>, where: string): Folds {
  if (kind !== 'contiguous') return { k, kind, seed: seed ?? 1 }
  // 0 is what this function writes itself.
  if (seed === undefined || seed === 0) return { k, kind, seed: 0 }
  throw new ConfigError('contiguous folds follow the order of the file and take no seed.', {
    where: `${where}, folds.seed`,
    hint: 'Remove it, or use stratified or shuffled folds.',
  })
}

function checkPaths({ base, axes, search, folds }: Experiment, where: string): void {
  const draws = 'ranges' in search ? search.ranges : undefined
  const listed = search.type === 'list'
  const key = listed ? 'search.combinations' : draws === undefined ? 'axes' : 'search.ranges'
  if ((listed || draws !== undefined) && Object.keys(axes).length > 0) {
    throw new ConfigError(`combinations are ${listed ? 'those of' : 'drawn from'} ${key}, a grid has axes.`, {
      where: `${where}, axes`,
      hint: listed ? 'Remove one of them.' : 'Move the lists into search.ranges.',
    })
  }
  const paths = draws === undefined ? fieldsOf({ axes, search }) : Object.keys(draws).sort()
  for (const path of paths) {
    const place = `${where}, ${key}`
    checkField(path, base, place)
    if (path === 'seed') {
      throw new ConfigError('the seed cannot be an axis: it is no setting to choose.', {
        where: `${place}, seed`,
        hint: 'Write "seeds: [1, 2, 3]" in the experiment: each combination is trained with each, and averaged.',
      })
    }
    if (path === 'validation' && folds !== undefined) {
      throw new ConfigError('with folds it changes nothing: the validation rows are the fold.', {
        where: `${place}, validation`,
        hint: 'Remove it or the folds.',
      })
    }
    const above = paths.find((other) => other !== path && isWithin(path, other))
    if (above !== undefined) {
      const what = `"${path}" is a part of "${above}", which varies too.`
      throw new ConfigError(what, { where: place, hint: `Put its values into those of "${above}".` })
    }
  }
  if (folds !== undefined && (base['validation'] ?? 0) !== 0) {
    throw new ConfigError('with folds it has no use: the validation rows are the fold.', {
      where: `${where}, base, validation`,
      hint: 'Remove it or the folds.',
    })
  }
}

/** Whether a path is equal to or below another: model.hidden is within model. */
export function isWithin(path: string, above: string): boolean {
  const keys = parsePath(path)
  return parsePath(above).every((key, depth) => keys[depth] === key)
}

function checkSeeds({ base, seeds }: Experiment, where: string): void {
  if (seeds === undefined) return
  const twice = firstTwin(seeds)
  if (twice !== undefined) {
    throw new ConfigError(`${seeds[twice]} appears twice.`, {
      where: `${where}, seeds`,
      hint: 'Remove one.',
    })
  }
  if (base['seed'] !== undefined) {
    throw new ConfigError('expected either base.seed or seeds, got both.', {
      where: `${where}, base, seed`,
      hint: 'Remove one.',
    })
  }
}
