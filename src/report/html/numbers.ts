import { percent } from '../../base/format.ts'
import { settingText } from '../../plot/measure.ts'
import type { ReportMetric } from '../published.ts'
import type { ComparisonResult } from '../results.ts'

type Unit = ComparisonResult['unit']

/** An accuracy in percent, with a space that keeps number and unit on one line. */
export function shareText(share: number | null, decimals = 2): string {
  return share === null ? '–' : percent(share, decimals).replace(' ', '\u00a0')
}

/** An accuracy in percent, a loss with four decimals. */
export function scoreText(value: number | null, metric: ReportMetric): string {
  if (value === null) return '–'
  return metric.endsWith('Loss') ? value.toFixed(4) : shareText(value)
}

/** A value in its unit. @param decimals of accuracies and losses; settings have their own */
export function valueText(value: number | null, unit: Unit, decimals: number): string {
  if (value === null) return '–'
  if (unit === 'accuracy') return shareText(value, decimals)
  return unit === 'loss' ? value.toFixed(decimals) : settingText(value)
}

/** As many decimals as were published, at least two in percent and four of a loss. */
export function decimalsOf({ published, unit }: Pick<ComparisonResult, 'published' | 'unit'>): number {
  const [, digits = ''] = String(published).split('.')
  return unit === 'accuracy' ? Math.max(2, digits.length - 2) : Math.max(4, digits.length)
}

/** Ours less the paper's with its sign: of accuracies in percentage points. */
export function differenceText(difference: number | null, unit: Unit, decimals: number): string {
  if (difference === null) return '–'
  const size = Math.abs(difference)
  const text =
    unit === 'accuracy'
      ? (100 * size).toFixed(decimals)
      : unit === 'loss'
        ? size.toFixed(decimals)
        : settingText(size)
  if (Number(text.replaceAll(',', '')) === 0) return '0'
  return `${difference > 0 ? '+' : '−'}${text}`
}

/** Bytes in GiB. */
export function memoryText(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`
}
