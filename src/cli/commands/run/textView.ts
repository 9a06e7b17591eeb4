import { MultiBar, type SingleBar } from 'cli-progress'
import type { StudyEvent, StudyProgressEvent, TrialProgressEvent } from '../../../study/run/events.ts'
import type { TrialSpec } from '../../../study/search/expand.ts'
import { print, warning } from '../../shared/terminal/output.ts'
import { wrap } from '../../shared/terminal/width.ts'
import { endLine, runningLine, startText, totalLine } from './texts.ts'
import type { StudyView } from './view.ts'

/** Text: on a terminal one live line for the study and one per running trial; otherwise one line per ended trial. */
export class TextView implements StudyView {
  private readonly showSeed: boolean
  private readonly running = new Map<number, { readonly trial: TrialSpec; progress?: TrialProgressEvent }>()
  private live: boolean
  private trials = 0
  private total: StudyProgressEvent | undefined
  private bars: MultiBar | undefined
  private lines: readonly SingleBar[] = []

  /** @param showSeed whether trials differ in their seeds */
  constructor(showSeed: boolean) {
    this.showSeed = showSeed
    this.live = process.stdout.isTTY === true
    // A second Ctrl-C may exit while a live line is shown.
    if (this.live) process.once('exit', () => this.clear())
  }

  take(event: StudyEvent): void {
    switch (event.type) {
      case 'start':
        this.trials = event.trials
        print(`${wrap(startText(event))}\n`)
        for (const { message } of event.warnings) warning(`Warning: ${message}`)
        if (this.live && event.workers > 0) this.open(event.workers)
        break
      case 'trial':
        this.running.set(event.worker, { trial: event.trial })
        break
      case 'trialProgress': {
        const running = this.running.get(event.worker)
        if (running?.trial.index === event.trial) running.progress = event
        break
      }
      case 'trialEnd':
        for (const [worker, { trial }] of this.running)
          if (trial.index === event.trial.index) this.running.delete(worker)
        // On a terminal the first live line counts the trials.
        if (!this.live) print(endLine(event, this.trials, this.showSeed))
        break
      case 'progress':
        this.total = event
        break
      case 'done':
      case 'interrupted':
        this.clear()
        break
      default:
    }
    this.draw()
  }

  stopping(): void {
    this.clear()
    this.live = false
  }

  failed(): void {
    this.clear()
  }

  private open(workers: number): void {
    this.bars = new MultiBar({
      stream: process.stdout,
      format: (_options, _params, payload: { readonly line?: string }) => payload.line ?? '',
      clearOnComplete: true,
      hideCursor: true,
      gracefulExit: false,
      linewrap: true,
      fps: 5,
    })
    const { bars } = this
    this.lines = Array.from({ length: workers + 1 }, () => bars.create(1, 0, { line: '' }))
  }

  private draw(): void {
    if (this.bars === undefined) return
    const columns = process.stdout.columns ?? 80
    this.lines.forEach((bar, i) => {
      bar.update({ line: i === 0 ? this.totalText(columns) : this.runningText(i - 1, columns) })
    })
  }

  private totalText(columns: number): string {
    return this.total === undefined ? '' : totalLine(this.total, columns)
  }

  private runningText(worker: number, columns: number): string {
    const running = this.running.get(worker)
    if (running === undefined) return '  -'
    return runningLine(running.trial, running.progress, columns, this.showSeed)
  }

  private clear(): void {
    this.bars?.stop()
    this.bars = undefined
  }
}
