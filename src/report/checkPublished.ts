import { ConfigError } from '../base/errors.ts'
import { suggestion } from '../base/nearest.ts'
import type { Experiment, Params, Study } from '../study/definition/schema.ts'
import { combinationCount, combinationsOf, fieldsOf, randomDraws } from '../study/search/combinations.ts'
import { includes } from './collect/values.ts'
import { figureId } from './figures/figure.ts'
import { type Measured, numbersOf, type Published, type Reference } from './published.ts'

interface Context {
  readonly study: Study
  /** Parts that follow from the results of the study: second stages and refits. */
  readonly later: readonly string[]
  /** The file, for messages. */
  readonly where: string
}

/**
 * Checks what a schema cannot: that all names are known and every number has a counterpart in the study.
 *
 * @throws ConfigError naming the key, and the nearest name
 */
export function checkPublished(published: Published, context: Context): void {
  const check = new Checker(published, context)
  published.experiments.forEach((experiment, i) => {
    const at = `experiments[${i}]`
    check.unique('experiment', experiment.id, `${at}.id`)
    experiment.parts.forEach((part, j) => {
      check.part(part, `${at}.parts[${j}]`)
    })
    experiment.needs.forEach((id, j) => {
      check.experiment(id, `${at}.needs[${j}]`)
    })
    experiment.choices.forEach(({ part, like, refit }, j) => {
      for (const [key, name] of Object.entries({ part, like, refit }))
        if (name !== undefined) check.part(name, `${at}.choices[${j}].${key}`)
    })
  })
  published.figures.forEach((figure, i) => {
    const at = `figures[${i}]`
    check.experiment(figure.experiment, `${at}.experiment`)
    if (figure.type === 'epochs')
      figure.lines.forEach(({ part }, j) => {
        check.part(part, `${at}.lines[${j}].part`)
      })
    else check.part(figure.part, `${at}.part`)
    check.unique('figure', figureId(figure), `${at}.id`)
    if (figure.type === 'sweep' && figure.series !== undefined)
      check.axis(figure.part, figure.series, `${at}.series`)
    if (figure.type === 'bars') check.axis(figure.part, figure.by, `${at}.by`)
    if (figure.type === 'sweep' || figure.type === 'heatmap')
      for (const key of ['x', 'y'] as const) {
        const axis = key === 'x' ? figure.x : figure.type === 'heatmap' ? figure.y : undefined
        if (axis !== undefined)
          check.axis(figure.part, typeof axis === 'string' ? axis : axis.field, `${at}.${key}`)
      }
  })
  published.tables.forEach(({ part, columns, keys, values, rows, headline }, i) => {
    const at = `tables[${i}]`
    check.part(part, `${at}.part`)
    for (const name of [...Object.keys(keys), ...Object.keys(values)])
      if (!columns.includes(name)) check.fail(`there is no column "${name}".`, at, suggestion(name, columns))
    const wrong = rows.findIndex((row) => row.length !== columns.length)
    if (wrong >= 0) check.fail(`expected ${columns.length} values.`, `${at}.rows[${wrong}]`)
    headline.forEach((id, j) => {
      check.number(id, `${at}.headline[${j}]`)
    })
  })
  for (const { id, experiment, ours } of numbersOf(published)) {
    const at = `number "${id}"`
    check.unique('number', id, at)
    if (experiment !== undefined) check.experiment(experiment, `${at}, experiment`)
    check.part(ours.part, `${at}, ours.part`)
    if ('chosen' in ours) check.axis(ours.part, ours.chosen, `${at}, ours.chosen`)
    else check.counterpart(ours, `${at}, ours`)
  }
  published.settings.forEach(({ id, ours }, i) => {
    check.unique('number', id, `settings[${i}].id`)
    for (const [key, name] of Object.entries(ours))
      if (['part', 'stepsOf', 'curveOf'].includes(key)) check.part(String(name), `settings[${i}].ours.${key}`)
  })
  published.contradictions.forEach(({ experiments, disputes, ours }, i) => {
    const at = `contradictions[${i}]`
    experiments.forEach((id, j) => {
      check.experiment(id, `${at}.experiments[${j}]`)
    })
    disputes.forEach((id, j) => {
      check.number(id, `${at}.disputes[${j}]`)
    })
    if (ours !== undefined) check.references(ours.text, ours.values, `${at}.ours`)
  })
  published.remarks.forEach(({ text, values }, i) => {
    check.references(text, values, `remarks[${i}]`)
  })
}

class Checker {
  private readonly context: Context
  private readonly parts: ReadonlyMap<string, Experiment>
  private readonly experiments: readonly string[]
  private readonly numbers: readonly string[]
  private readonly seen = new Set<string>()

  constructor(published: Published, context: Context) {
    this.context = context
    this.parts = new Map(context.study.experiments.map((part) => [part.id, part]))
    this.experiments = published.experiments.map(({ id }) => id)
    this.numbers = numbersOf(published).map(({ id }) => id)
  }

  fail(what: string, at: string, hint?: string): never {
    throw new ConfigError(what, {
      where: `${this.context.where}, ${at}`,
      ...(hint === undefined ? {} : { hint }),
    })
  }

  unique(kind: string, id: string, at: string): void {
    const key = `${kind} ${id}`
    if (this.seen.has(key)) this.fail(`two of them have the id "${id}".`, at, 'Give each its own.')
    this.seen.add(key)
  }

  part(id: string, at: string): void {
    const known = [...this.parts.keys(), ...this.context.later]
    this.known(id, known, `the study "${this.context.study.name}" has no experiment "${id}".`, at)
  }

  experiment(id: string, at: string): void {
    this.known(id, this.experiments, `there is no experiment "${id}".`, at)
  }

  number(id: string, at: string): void {
    this.known(id, this.numbers, `there is no number "${id}".`, at)
  }

  private known(name: string, names: readonly string[], what: string, at: string): void {
    if (!names.includes(name)) this.fail(what, at, suggestion(name, names))
  }

  /** A field must vary in its part; parts that follow are not known yet. */
  axis(part: string, field: string, at: string): void {
    const own = this.parts.get(part)
    if (own === undefined) return
    const axes = variedIn(own)
    this.known(field, axes, `"${part}" does not vary "${field}".`, at)
  }

  /** A measured number needs trainings that give it. */
  counterpart({ part, where, epoch, metric }: Omit<Measured, 'statistic'>, at: string): void {
    const own = this.parts.get(part)
    if (own === undefined) return
    const fields = variedIn(own)
    for (const field of Object.keys(where))
      this.known(field, fields, `"${part}" does not vary "${field}".`, `${at}.where`)
    const { epochs, evaluate } = own.base
    const last = typeof epochs === 'number' ? epochs : undefined
    if (epoch !== undefined && last !== undefined && epoch > last)
      this.fail(`"${part}" trains for ${last} epochs, not ${epoch}.`, `${at}.epoch`)
    if (epoch !== undefined && epoch !== last && evaluate === 'end')
      this.fail(`"${part}" is not measured after epoch ${epoch}.`, `${at}.epoch`, 'Set base.evaluate: epoch.')
    const { scoreOn } = own.base
    const measured = metric.replace(/(Loss|Accuracy)$/, '')
    if (measured !== 'running' && Array.isArray(scoreOn) && !scoreOn.some((each) => each === measured))
      this.fail(
        `"${part}" does not measure ${metric}.`,
        `${at}.metric`,
        `It has scoreOn: ${scoreOn.join(', ')}.`,
      )
    if (randomDraws(own) === undefined && !this.combinations(own).some((params) => includes(params, where)))
      this.fail(`"${part}" has no combination with ${JSON.stringify(where)}.`, `${at}.where`)
  }

  private combinations(part: Experiment): Params[] {
    const all = combinationsOf(part, part.id)
    return Array.from({ length: combinationCount(part) }, (_, i) => all.at(i))
  }

  references(text: string, values: Readonly<Record<string, Reference>>, at: string): void {
    for (const [name, reference] of Object.entries(values)) {
      const key = `${at}.values.${name}`
      if ('number' in reference) this.number(reference.number, key)
      if ('best' in reference) this.part(reference.best, key)
      if ('part' in reference) {
        this.part(reference.part, key)
        if ('by' in reference) this.axis(reference.part, reference.by, key)
        else this.counterpart(reference, key)
      }
    }
    const names = Object.keys(values)
    for (const [, name = ''] of text.matchAll(/\{(\w+)\}/g))
      this.known(name, names, `there is no value "${name}".`, `${at}.text`)
  }
}

function variedIn(part: Experiment): string[] {
  const { search } = part
  return 'ranges' in search && search.ranges !== undefined ? Object.keys(search.ranges) : fieldsOf(part)
}
