import type { BegunRun } from '../../../runs/result.ts'
import type { EpochRecord } from '../../../train/events.ts'
import { modelText, settings } from '../config/describe.ts'
import { syntheticBanner } from '../dataset.ts'
import { paperOf, placeOf } from './paperValue.ts'

/** The learning curve of a training as SVG and PNG, with the paper's value as a line where it has one. */
export async function drawLearningCurve(
  history: readonly EpochRecord[],
  run: BegunRun,
): Promise<{ readonly svg: string; readonly png: Uint8Array }> {
  // Vega and the rasteriser take longer to load than all the rest of the command line.
  const [{ learningCurveSpec }, { toPng, toSvg }] = await Promise.all([
    import('../../../plot/learningCurve.ts'),
    import('../../../plot/render.node.ts'),
  ])
  const paper = paperOf(run)
  const { record } = run
  const svg = await toSvg(
    learningCurveSpec({
      title: `Learning curve: ${modelText(record.config.model)} on ${record.dataset}`,
      subtitle: settings(record.config).join(', '),
      epochs: history.flatMap(points),
      ...(record.synthetic ? { banner: syntheticBanner } : {}),
      ...(paper === undefined
        ? {}
        : {
            reference: {
              label: `paper, ${placeOf(paper)}`,
              value: paper.testAccuracy,
            },
          }),
    }),
  )
  return { svg, png: await toPng(svg, { scale: 2 }) }
}

function points({ epoch, loss, accuracy, train, validation, test }: EpochRecord) {
  const measured = [
    { series: 'train' as const, score: train ?? { loss, accuracy } },
    { series: 'validation' as const, score: validation },
    { series: 'test' as const, score: test },
  ]
  return measured.flatMap(({ series, score }) => (score === null ? [] : [{ epoch, series, ...score }]))
}
