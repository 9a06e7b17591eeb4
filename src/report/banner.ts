import type { ReportResults } from './results.ts'

type About = Pick<ReportResults, 'dataset' | 'quick' | 'publication' | 'compared'>

/** Above every figure and page of results that must not be taken for a publication's; null if there is nothing to say. */
export function bannerOf({ dataset, quick, publication, compared }: About): string | null {
  const words = [
    ...(dataset.synthetic ? ['SYNTHETIC DATA: images drawn by a program, not photographs.'] : []),
    ...(publication !== null && !compared && !dataset.synthetic
      ? [`OTHER DATA: ${dataset.name}, not the data of the publication.`]
      : []),
    ...(quick ? ['QUICK RUN: trained on a fraction of the rows only.'] : []),
  ]
  return words.length === 0 ? null : words.join(' ')
}
