import type { Dataset } from '../data/dataset.ts'
import { sampleGrid } from '../data/samples.ts'
import type { PaperImages } from './figure.ts'
import type { PaperResults } from './results.ts'

/** Of each class. */
const samples = 10

/**
 * The images that the report of these results shows: the first training images of each class, and the test images of
 * the most confident mistakes.
 *
 * @param dataset the one that the results are from; test images that it does not have are left out
 */
export function imagesOf(dataset: Dataset, { experiments }: PaperResults): PaperImages {
  const { height, width, channels, train, test, classes } = dataset
  const size = height * width * channels
  const named = experiments.flatMap(({ models }) => models.flatMap(({ mistakes }) => mistakes))
  return {
    height,
    width,
    channels,
    samples: sampleGrid(train, dataset, classes, samples),
    test: new Map(
      named
        .filter(({ index }) => index < test.count)
        .map(({ index }) => [index, test.images.subarray(index * size, (index + 1) * size)]),
    ),
  }
}
