import type { Dataset } from '../../data/dataset.ts'
import { sampleGrid } from '../../data/samples.ts'
import type { PaperImages } from '../../paper/figures.ts'
import type { PaperResults } from '../../paper/results.ts'

/** Training images of each class that the report shows. */
const perClass = 10

/** The images that the figures of these results show. */
export function paperImages(dataset: Dataset, { experiments }: PaperResults): PaperImages {
  const { height, width, channels, classes, train, test } = dataset
  const size = height * width * channels
  const mistakes = experiments.flatMap(({ models }) => models.flatMap((model) => model.mistakes))
  return {
    height,
    width,
    channels,
    samples: sampleGrid(train, dataset, classes, perClass),
    test: new Map(
      mistakes.map(({ index }) => [index, test.images.subarray(index * size, (index + 1) * size)]),
    ),
  }
}
