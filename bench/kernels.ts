import { measureBarrier } from './barrier.ts'
import { convolutionRates } from './convolutions.ts'
import { imageKernels } from './imageKernels.ts'
import { productRates, tileRate } from './products.ts'
import { micro, rateRow } from './rates.ts'
import { smallKernels } from './smallKernels.ts'
import type { Spread } from './statistics.ts'
import { stepTable } from './step.ts'
import { table } from './table.ts'

/** Prints what the kernels reach on one core: GFLOP/s of the products, microseconds of everything else. */
export async function benchKernels(print: (text: string) => void): Promise<void> {
  const peak = tileRate()
  print(
    table(
      ['one core', 'GFLOP/s, median', 'best', 'of peak'],
      [
        rateRow('peak: the tile on data in the first cache', peak, peak.median),
        ...productRates().map(([name, rate]) => rateRow(name, rate, peak.median)),
        ...convolutionRates().map(([name, rate]) => rateRow(name, rate, peak.median)),
      ],
    ),
  )
  print('')
  const barrier = await measureBarrier()
  const rows: [string, Spread][] = [
    ...smallKernels(),
    ...imageKernels(),
    ['barrier of 2 threads, both there', barrier.meeting],
    ['barrier of 2 threads, waking the sleeping one', barrier.waking],
  ]
  print(
    table(
      ['one core', 'microseconds, median', 'best'],
      rows.map(([name, { median, least }]) => [name, micro(median), micro(least)]),
    ),
  )
  print('\nWhere a step of the CNN spends its time, one thread\n')
  print(stepTable())
}
