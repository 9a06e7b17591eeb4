import { measureBarrier } from './barrier.ts'
import { convolutionRates } from './convolutions.ts'
import { imageKernels } from './imageKernels.ts'
import { productRates, tileRate } from './products.ts'
import { micro, rateRow } from './rates.ts'
import type { Value } from './results.ts'
import { smallKernels } from './smallKernels.ts'
import type { Spread } from './statistics.ts'
import { stepTable } from './step.ts'
import { table } from './table.ts'

/** What the kernels reach on one core: GFLOP/s of the products, microseconds of everything else. */
export async function benchKernels(): Promise<{ readonly markdown: string; readonly values: Value[] }> {
  const peak = tileRate()
  const rates: [string, Spread][] = [
    ['peak: the tile on data in the first cache', peak],
    ...productRates(),
    ...convolutionRates(),
  ]
  const barrier = await measureBarrier()
  const times: [string, Spread][] = [
    ...smallKernels(),
    ...imageKernels(),
    ['barrier of 2 threads, both there', barrier.meeting],
    ['barrier of 2 threads, waking the sleeping one', barrier.waking],
  ]
  const tables = [
    table(
      ['one core', 'GFLOP/s, median', 'best', 'of peak'],
      rates.map(([name, rate]) => rateRow(name, rate, peak.median)),
    ),
    table(
      ['one core', 'microseconds, median', 'best'],
      times.map(([name, { median, least }]) => [name, micro(median), micro(least)]),
    ),
    'Where a step of the CNN spends its time, one thread:',
    stepTable(),
  ]
  return {
    markdown: tables.join('\n\n'),
    values: [...rates.map(valueIn('operations/s')), ...times.map(valueIn('s'))],
  }
}

function valueIn(unit: string): (measured: readonly [string, Spread]) => Value {
  return ([name, spread]) => ({ name, unit, spread })
}
