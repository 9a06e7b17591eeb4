import type { Dataset } from '../data/dataset.ts'
import { sampleGrid } from '../data/samples.ts'
import type { ReportResults } from './results.ts'

/** Images that figures show; the results have their numbers only. */
export interface ReportImages {
  readonly height: number
  readonly width: number
  readonly channels: number
  /** Some training images of each class. */
  readonly samples: readonly { readonly label: string; readonly images: readonly Uint8Array[] }[]
  /** Test images by their place in the file: those that were misclassified. */
  readonly test: ReadonlyMap<number, Uint8Array>
}

const samplesPerClass = 10

/**
 * The images that a report of these results shows: the first training images of each class, and the misclassified test
 * images.
 *
 * @param dataset that the results are from; test images that it does not have are left out
 */
export function imagesOf(dataset: Dataset, { experiments }: ReportResults): ReportImages {
  const { height, width, channels, train, test, classes } = dataset
  const size = height * width * channels
  const named = experiments.flatMap(({ models }) => models.flatMap(({ misclassified }) => misclassified))
  return {
    height,
    width,
    channels,
    samples: sampleGrid(train, dataset, classes, samplesPerClass),
    test: new Map(
      named
        .filter(({ index }) => index < test.count)
        .map(({ index }) => [index, test.images.subarray(index * size, (index + 1) * size)]),
    ),
  }
}
