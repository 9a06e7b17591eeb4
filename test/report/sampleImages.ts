import { sampleGrid } from '../../src/data/samples.ts'
import { syntheticFashion } from '../../src/data/synthetic/syntheticFashion.ts'
import { embedFonts } from '../../src/plot/fonts.node.ts'
import { toSvg } from '../../src/plot/render.node.ts'
import { figuresOf } from '../../src/report/figures/figures.ts'
import type { DrawnFigure } from '../../src/report/html/figures.ts'
import type { ReportImages } from '../../src/report/images.ts'
import type { ReportResults } from '../../src/report/results.ts'
import { paper } from './sampleResults.ts'

/** Drawn images for the samples of each class and for every misclassified image of the results. */
export function sampleImages({ experiments }: ReportResults): ReportImages {
  const data = syntheticFashion({ train: 100, test: 20 })
  const { height, width, channels } = data
  const size = height * width * channels
  const misclassified = experiments.flatMap(({ models }) => models.flatMap((model) => model.misclassified))
  const image = (index: number) => data.test.images.subarray((index % 20) * size, ((index % 20) + 1) * size)
  return {
    height,
    width,
    channels,
    samples: sampleGrid(data.train, data, data.classes, 5),
    test: new Map(misclassified.map(({ index }) => [index, image(index)])),
  }
}

/** All figures of the results, drawn. */
export async function drawnFigures(results: ReportResults): Promise<DrawnFigure[]> {
  const drawn: DrawnFigure[] = []
  for (const figure of figuresOf({ results, published: paper.published, images: sampleImages(results) })) {
    const { drawing } = figure
    drawn.push({
      ...figure,
      svg: drawing.type === 'svg' ? await embedFonts(drawing.svg) : await toSvg(drawing.spec),
    })
  }
  return drawn
}
