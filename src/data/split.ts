import { checkArgument, checkFields } from '../base/arguments.ts'
import { ConfigError } from '../base/errors.ts'
import { Random } from '../base/random.ts'

/** Row numbers in rising order; together they are all rows, and no row is in both. */
export interface Split {
  readonly train: Uint32Array
  readonly validation: Uint32Array
}

/**
 * Sets round(n * fraction) of n rows apart for validation, chosen by the seed.
 *
 * @param labels one class index per row
 * @param fraction share of the validation rows, strictly between 0 and 1
 * @param options `stratified`: give each class its share, rounded up or down to a row; otherwise draw from all rows alike
 * @throws ConfigError when the fraction is out of range or leaves one part empty
 */
export function splitTrainValidation(
  labels: Uint8Array,
  fraction: number,
  seed: number,
  options: { stratified: boolean },
): Split {
  checkFields(options, { stratified: 'boolean' }, 'options')
  const { stratified } = options
  checkArgument(labels, 'bytes', 'labels')
  checkArgument(seed, 'number', 'seed')
  const where = 'validation'
  if (!(fraction > 0 && fraction < 1))
    throw new ConfigError(`must be a fraction between 0 and 1, both excluded; got ${fraction}.`, { where })
  const size = Math.round(labels.length * fraction)
  if (size === 0 || size === labels.length)
    throw new ConfigError(
      `${fraction} of ${labels.length} rows leaves no row for ${size === 0 ? 'validation' : 'training'}.`,
      { where, hint: 'Use another fraction or more rows.' },
    )
  const groups = stratified ? rowsByClass(labels) : [Uint32Array.from(labels, (_, row) => row)]
  const sizes = apportion(
    groups.map((rows) => rows.length),
    size,
    labels.length,
  )
  const chosen = new Uint8Array(labels.length)
  groups.forEach((rows, group) => {
    const order = new Random(seed, 'validation split', group).permute(new Uint32Array(rows.length))
    for (const place of order.subarray(0, sizes[group])) chosen[rows[place] ?? 0] = 1
  })
  return { train: rowsWhere(chosen, 0), validation: rowsWhere(chosen, 1) }
}

function rowsByClass(labels: Uint8Array): Uint32Array[] {
  const classes = labels.reduce((largest, label) => Math.max(largest, label), 0) + 1
  return Array.from({ length: classes }, (_, label) => rowsWhere(labels, label))
}

function rowsWhere(values: Uint8Array, value: number): Uint32Array {
  const rows = new Uint32Array(values.length)
  let count = 0
  for (let row = 0; row < values.length; row++) if (values[row] === value) rows[count++] = row
  return rows.slice(0, count)
}

/**
 * Shares out `size` of `total` rows in proportion to the groups: each group's exact quota rounded down, the rows
 * left over to the largest remainders (Hamilton's method), the earlier group first where they are equal.
 */
function apportion(groups: readonly number[], size: number, total: number): number[] {
  // Remainders in units of 1 / total are whole numbers, so ties are seen as ties.
  const shares = groups.map((rows, group) => ({
    group,
    floor: Math.floor((rows * size) / total),
    remainder: (rows * size) % total,
  }))
  const left = size - shares.reduce((sum, { floor }) => sum + floor, 0)
  const lucky = new Set(
    [...shares]
      .sort((a, b) => b.remainder - a.remainder || a.group - b.group)
      .slice(0, left)
      .map(({ group }) => group),
  )
  return shares.map(({ group, floor }) => floor + (lucky.has(group) ? 1 : 0))
}
