import type { Expression, ExpressionBuilder, ReferenceExpression, SqlBool } from 'kysely'
import type { TrialScope } from './contract.ts'

/** The condition that a trial lies within a scope; `position` and `experiment` name its columns. */
export function within<DB, TB extends keyof DB>(
  columns: ExpressionBuilder<DB, TB>,
  { before = Number.MAX_SAFE_INTEGER, experiments }: TrialScope,
  position: ReferenceExpression<DB, TB>,
  experiment: ReferenceExpression<DB, TB>,
): Expression<SqlBool> {
  const earlier = columns(position, '<', columns.val(before))
  if (experiments === undefined) return earlier
  const asked = experiments.map((id) => columns(experiment, '=', columns.val(id)))
  return columns.and([earlier, columns.or(asked)])
}
