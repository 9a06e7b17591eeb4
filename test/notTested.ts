import { blasMissing } from './engines.ts'

/** Says at the end of every run, whatever files it was of, what this machine leaves untested. */
export default function setup(): () => void {
  return () => {
    if (blasMissing === undefined) return
    process.stderr.write(`\nTHE ENGINE blas WAS NOT TESTED, nor compared with PyTorch. ${blasMissing}\n\n`)
  }
}
