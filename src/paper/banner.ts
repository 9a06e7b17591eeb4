import type { PaperResults } from './results.ts'

/** Whether results are on the paper's own data: on any other there is nothing to compare with. */
export function isPapers({ name, synthetic }: Pick<PaperResults['dataset'], 'name' | 'synthetic'>): boolean {
  return !synthetic && name === 'Fashion-MNIST'
}

/** Above every figure and page of results that nobody may take for the paper's; null where there is nothing to say. */
export function bannerOf({ dataset, quick }: Pick<PaperResults, 'dataset' | 'quick'>): string | null {
  const words = [
    ...(dataset.synthetic ? ['SYNTHETIC DATA: garments drawn by a program, not Fashion-MNIST.'] : []),
    ...(dataset.synthetic || isPapers(dataset) ? [] : [`OTHER DATA: ${dataset.name}, not Fashion-MNIST.`]),
    ...(quick ? ['QUICK RUN: trained on a tenth of the rows only.'] : []),
  ]
  return words.length === 0 ? null : words.join(' ')
}

/** Whether the paper's values may stand beside ours: only on the paper's own data. */
export function isCompared({ dataset, experiments }: Pick<PaperResults, 'dataset' | 'experiments'>): boolean {
  return isPapers(dataset) && experiments.some(({ comparisons }) => comparisons.length > 0)
}
