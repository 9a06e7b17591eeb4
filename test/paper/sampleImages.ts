import { sampleGrid } from '../../src/data/samples.ts'
import { syntheticFashion } from '../../src/data/synthetic/syntheticFashion.ts'
import { figuresOf, type PaperImages } from '../../src/paper/figures.ts'
import type { DrawnFigure } from '../../src/paper/html/report.ts'
import type { PaperResults } from '../../src/paper/results.ts'
import { embedFonts } from '../../src/plot/fonts.node.ts'
import { toSvg } from '../../src/plot/render.node.ts'

/** Drawn images for the samples of each class and for every mistake of the results. */
export function sampleImages({ experiments }: PaperResults): PaperImages {
  const data = syntheticFashion({ train: 100, test: 20 })
  const { height, width, channels } = data
  const size = height * width * channels
  const mistakes = experiments.flatMap(({ models }) => models.flatMap((model) => model.mistakes))
  const image = (index: number) => data.test.images.subarray((index % 20) * size, ((index % 20) + 1) * size)
  return {
    height,
    width,
    channels,
    samples: sampleGrid(data.train, data, data.classes, 5),
    test: new Map(mistakes.map(({ index }) => [index, image(index)])),
  }
}

/** All figures of the results, drawn. */
export async function drawnFigures(results: PaperResults): Promise<DrawnFigure[]> {
  const drawn: DrawnFigure[] = []
  for (const figure of figuresOf(results, sampleImages(results))) {
    const { drawing } = figure
    drawn.push({
      ...figure,
      svg: drawing.type === 'svg' ? await embedFonts(drawing.svg) : await toSvg(drawing.spec),
    })
  }
  return drawn
}
