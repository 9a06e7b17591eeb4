import type { Dataset } from './dataset.ts'
import type { Split } from './split.ts'

/** Classes without rows in the training part, the validation part or a fold. Not an error, but scores say less. */
export interface ClassWarning {
  /**
   * `oneClass`: all training rows are of one class. `notTrained`: no training row is of these classes. `notValidated`:
   * no validation row is. `fewerThanFolds`: the class has fewer rows than there are folds.
   */
  readonly type: 'oneClass' | 'notTrained' | 'notValidated' | 'fewerThanFolds'
  readonly classes: readonly string[]
  /** 1 for the first fold; null if the warning does not concern one fold. */
  readonly fold: number | null
  readonly message: string
}

type Data = Pick<Dataset, 'classes'> & { readonly train: Pick<Dataset['train'], 'labels'> }

/** Warnings about the rows of one training. There may be no validation rows. */
export function classWarnings(dataset: Data, split: Split, fold: number | null = null): ClassWarning[] {
  const trained = counts(dataset, split.train)
  const validated = counts(dataset, split.validation)
  const named = (wanted: (label: number) => boolean): string[] =>
    dataset.classes.filter((_, label) => wanted(label))
  const has = (all: readonly number[], label: number): boolean => (all[label] ?? 0) > 0
  const of = fold === null ? '' : `fold ${fold}: `
  const warnings: ClassWarning[] = []
  const present = named((label) => has(trained, label))
  const missing = named((label) => !has(trained, label))
  if (present.length === 1) {
    const message = `${of}all training rows are of class ${list(present)}: there is nothing to tell apart.`
    warnings.push({ type: 'oneClass', classes: present, fold, message })
  } else if (missing.length > 0) {
    const message = `${of}no training row is of class ${list(missing)}: the model cannot learn to recognise it.`
    warnings.push({ type: 'notTrained', classes: missing, fold, message })
  }
  const unseen = named((label) => has(trained, label) && !has(validated, label))
  if (split.validation.length > 0 && unseen.length > 0) {
    const message = `${of}no validation row is of class ${list(unseen)}: validation scores say nothing of it.`
    warnings.push({ type: 'notValidated', classes: unseen, fold, message })
  }
  return warnings
}

/** Warnings about the folds of a cross-validation: first those that concern all folds, then fold by fold. */
export function foldWarnings(dataset: Data, splits: readonly Split[]): ClassWarning[] {
  const [first] = splits
  if (first === undefined) return []
  const k = splits.length
  const validated = counts(dataset, first.validation)
  const rows = counts(dataset, first.train).map((count, label) => count + (validated[label] ?? 0))
  const warnings: ClassWarning[] = []
  dataset.classes.forEach((name, label) => {
    const count = rows[label] ?? 0
    if (count === 0 || count >= k) return
    const message = `class ${list([name])} has ${count} row${count === 1 ? '' : 's'}, fewer than the ${k} folds: some folds have none to validate with.`
    warnings.push({ type: 'fewerThanFolds', classes: [name], fold: null, message })
  })
  // The warning about fewer rows than folds implies that some folds lack the class.
  const few = new Set(warnings.flatMap(({ classes }) => classes))
  splits.forEach((split, i) => {
    for (const each of classWarnings(dataset, split, i + 1))
      if (each.type !== 'notValidated' || each.classes.some((name) => !few.has(name))) warnings.push(each)
  })
  return warnings
}

function counts({ classes, train }: Data, rows: Uint32Array): number[] {
  const all = new Array<number>(classes.length).fill(0)
  for (const row of rows) {
    const label = train.labels[row] ?? 0
    all[label] = (all[label] ?? 0) + 1
  }
  return all
}

/** '"Bag", "Coat"', at most eight of them. */
function list(names: readonly string[]): string {
  const most = 8
  const shown = names.slice(0, most).map((name) => JSON.stringify(name))
  return names.length > most ? `${shown.join(', ')} and ${names.length - most} more` : shown.join(', ')
}
