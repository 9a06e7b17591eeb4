import { SingleBar } from 'cli-progress'
import type { DownloadProgress } from '../../../data/download.node.ts'
import { warn } from './output.ts'

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1)

/** Shows downloads on stderr: a progress bar on a terminal, otherwise one line per file. */
export class DownloadLine {
  private file = ''
  private bar: SingleBar | undefined

  show({ file, received, total, resumedFrom }: DownloadProgress): void {
    if (file !== this.file) {
      this.end()
      this.file = file
      const rest = resumedFrom > 0 ? `, going on from ${megabytes(resumedFrom)} MB` : ''
      if (process.stderr.isTTY !== true) warn(`downloading ${file}${rest}`)
      else {
        this.bar = new SingleBar({
          stream: process.stderr,
          format: `${file} {bar} {got} of {all} MB`,
          barsize: 24,
          clearOnComplete: true,
          gracefulExit: false,
          linewrap: true,
        })
        this.bar.start(total ?? received, received, { got: megabytes(received), all: '?' })
      }
    }
    if (total !== undefined) this.bar?.setTotal(total)
    this.bar?.update(received, {
      got: megabytes(received),
      all: total === undefined ? '?' : megabytes(total),
    })
  }

  end(): void {
    this.bar?.stop()
    this.bar = undefined
  }
}
