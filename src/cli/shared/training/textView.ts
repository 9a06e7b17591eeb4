import { SingleBar } from 'cli-progress'
import { duration, percent, plural } from '../../../base/format.ts'
import { grouped } from '../../../base/grouped.ts'
import { runFiles } from '../../../runs/files.ts'
import type { BegunRun, RunResult } from '../../../runs/result.ts'
import type {
  EpochRecord,
  ImprovedEvent,
  ProgressEvent,
  Score,
  StartEvent,
  StoppedEvent,
} from '../../../train/events.ts'
import { settings } from '../config/describe.ts'
import { syntheticBanner } from '../dataset.ts'
import { engineText } from '../engine.ts'
import { colour } from '../terminal/colour.ts'
import { confusionText } from '../terminal/confusionText.ts'
import { print, shortPath } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'
import { terminalWidth, wrap, wrapItems } from '../terminal/width.ts'
import { paperOf, placeOf } from './paperValue.ts'
import type { TrainingView } from './view.ts'

/** For people: on a terminal a live line, elsewhere a line an epoch; at the end the result. */
export class TextView implements TrainingView {
  private readonly quiet: boolean
  private live: boolean
  private epochs = 0
  private bar: SingleBar | undefined
  private line = ''

  constructor(options: { readonly quiet: boolean }) {
    this.quiet = options.quiet
    this.live = process.stdout.isTTY === true && !options.quiet
    // A second Ctrl-C leaves in mid-line.
    if (this.live) process.once('exit', () => this.clear())
  }

  start(event: StartEvent, { record, path }: BegunRun): void {
    this.epochs = event.epochs
    if (this.quiet) return
    const held = event.validationRows > 0 ? `, ${grouped(event.validationRows)} held out` : ''
    const rows = `${grouped(event.trainRows)} training${held} and ${grouped(event.testRows)} test images`
    print(wrap(`${event.dataset}: ${rows}`))
    print(`\n${narrowSummary(event.summary)}\n`)
    print(wrapItems([...settings(record.config), plural(event.epochs, 'epoch')]))
    const library = event.library === undefined ? '' : `: ${event.library}`
    print(
      `${wrap(`engine ${engineText(record)}${library}, ${plural(event.threads, 'thread')}; saving to ${shortPath(path)}`)}\n`,
    )
    if (event.converted !== undefined)
      print(
        `The given weights were converted from ${event.converted.from.join(', ')} to ${event.converted.to}.`,
      )
    const { resumedEpoch, resumedStep } = event
    if (resumedEpoch >= event.epochs)
      print(`All ${plural(event.epochs, 'epoch')} done before; a larger --epochs goes on.`)
    else if (resumedEpoch > 0 || resumedStep > 0)
      print(
        `Going on after ${plural(resumedEpoch, 'epoch')}${resumedStep > 0 ? ` and ${plural(resumedStep, 'step')}` : ''}.`,
      )
  }

  progress(event: ProgressEvent): void {
    if (!this.live) return
    this.line = liveLine(event, this.epochs, process.stdout.columns ?? 80)
    if (this.bar === undefined) {
      this.bar = new SingleBar({
        stream: process.stdout,
        format: () => this.line,
        clearOnComplete: true,
        gracefulExit: false,
        linewrap: true,
      })
      this.bar.start(event.steps, event.step)
    } else this.bar.update(event.step)
  }

  epoch(record: EpochRecord): void {
    this.clear()
    if (!this.quiet) print(epochLine(record, this.epochs, process.stdout.columns))
  }

  improved(event: ImprovedEvent): void {
    if (!this.quiet) print(wrap(improvedLine(event)))
  }

  stopped({ epoch, bestEpoch }: StoppedEvent): void {
    if (!this.quiet)
      print(
        wrap(
          `Epoch ${epoch}: early stopping, no epoch after epoch ${bestEpoch} did better on the held-out rows.`,
        ),
      )
  }

  stopping(): void {
    this.clear()
    this.live = false
  }

  interrupted(): void {
    this.clear()
  }

  failed(): void {
    this.clear()
  }

  done(result: RunResult, run: BegunRun): void {
    this.clear()
    if (!this.quiet) print()
    if (result.synthetic) print(`${colour('error', wrap(syntheticBanner))}\n`)
    const weights = weightsLine(result, run)
    if (weights !== undefined) print(colour('best', wrap(weights)))
    printScore('train accuracy', result.trainAccuracy, result.trainLoss)
    printScore('held-out rows', result.validationAccuracy, result.validationLoss)
    printScore('test accuracy', result.testAccuracy, result.testLoss)
    if (!this.quiet) {
      const { classes, confusion, recall } = result
      if (confusion !== null && recall !== null) print(`\n${confusionText({ classes, confusion, recall })}`)
      const paper = paperRemark(result, run)
      if (paper !== undefined) print(`\n${wrap(paper)}`)
      print(`\nweights sha256 ${result.weightsSha256}`)
    }
    print(`saved in ${shortPath(run.path)}`)
  }

  private clear(): void {
    this.bar?.stop()
    this.bar = undefined
  }
}

/** The table of layers of `summary`, made narrower where the terminal cannot show it. */
export function narrowSummary(summary: string, width = terminalWidth()): string {
  const lines = summary.split('\n')
  if (width === undefined || lines.every((line) => line.length <= width)) return summary
  const isRule = (line: string): boolean => /^-+$/.test(line)
  const end = lines.findLastIndex(isRule)
  const rows = lines.slice(0, end).filter((line) => !isRule(line))
  const layers = table(
    rows.map((line) => line.split(/ {2,}/)),
    { left: 2, head: true, width },
  )
  return [layers, ...lines.slice(end + 1).map((line) => wrap(line, width))].join('\n')
}

/** Nothing where it was not measured. */
function printScore(name: string, accuracy: number | null, loss: number | null): void {
  if (accuracy !== null && loss !== null)
    print(`${name.padEnd(14)}  ${percent(accuracy)}   loss ${loss.toFixed(4)}`)
}

/** "epoch 3/8 [====----] 412,345 images/s, 3.2 s left, loss 0.3512, accuracy 87.65 %", at most `columns` wide. */
export function liveLine(event: ProgressEvent, epochs: number, columns: number): string {
  const { epoch, step, steps, imagesPerSecond, secondsLeft, loss, accuracy } = event
  const width = Math.max(5, Math.min(30, columns - 80))
  const full = Math.min(width, Math.floor((step / steps) * width))
  const bar = '#'.repeat(full) + '-'.repeat(width - full)
  const speed = `${grouped(imagesPerSecond)} images/s, ${duration(secondsLeft)} left`
  const line = `epoch ${epoch}/${epochs} [${bar}] ${speed}, loss ${loss.toFixed(4)}, accuracy ${percent(accuracy)}`
  // A longer line would wrap, and could not be drawn over.
  return line.slice(0, Math.max(0, columns - 1))
}

/** The line that Keras's users know, with the words of its log: val_ is what was measured on the held-out rows. */
export function improvedLine({ epoch, monitor, from, to }: Omit<ImprovedEvent, 'type' | 'weights'>): string {
  const worst = monitor === 'loss' ? 'inf' : '-inf'
  const before = from === null ? worst : from.toFixed(5)
  return `Epoch ${epoch}: val_${monitor} improved from ${before} to ${to.toFixed(5)}, saving ${runFiles.bestWeights}`
}

/** Which epoch the weights are from, where one may wonder. */
function weightsLine(
  { weightsEpoch, epochs, bestEpoch }: RunResult,
  { record }: BegunRun,
): string | undefined {
  if (record.config.earlyStopping === undefined || bestEpoch === null) return undefined
  if (weightsEpoch !== epochs || bestEpoch === epochs)
    return `The weights are those of epoch ${weightsEpoch}, the best on the held-out rows.`
  return `The weights are those of epoch ${epochs}, the last; ${runFiles.bestWeights} has those of epoch ${bestEpoch}, the best.`
}

/**
 * "epoch 3/8   train 87.65 % (loss 0.3512)   held out ...": without a width, such as in a file, always in full; in a narrow
 * terminal without the losses, and then without spaces, as a longer line would wrap.
 */
export function epochLine(record: EpochRecord, epochs: number, columns = Number.POSITIVE_INFINITY): string {
  const lines = [true, false].map((losses) => epochText(record, epochs, losses))
  return (
    [...lines, ...lines.map((line) => line.replaceAll('   ', ' '))].find((line) => line.length <= columns) ??
    epochText(record, epochs, false).replaceAll('   ', '\n  ')
  )
}

function epochText(record: EpochRecord, epochs: number, losses: boolean): string {
  const score = ({ loss, accuracy }: Score): string =>
    `${percent(accuracy)}${losses ? ` (loss ${loss.toFixed(4)})` : ''}`

  const { epoch, loss, accuracy, train, validation, test, seconds } = record
  const number = `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`
  const parts = [
    train === null ? `running ${score({ loss, accuracy })}` : `train ${score(train)}`,
    validation === null ? '' : `held out ${score(validation)}`,
    test === null ? '' : `test ${score(test)}`,
    duration(seconds),
  ]
  return [number, ...parts.filter((part) => part !== '')].join('   ')
}

/** Our number beside the paper's, with what has to be known to compare them. */
function paperRemark(result: RunResult, run: BegunRun): string | undefined {
  const paper = paperOf(run)
  if (paper === undefined || result.testAccuracy === null) return undefined
  const other = result.epochs === paper.epochs ? '' : ` Note the epochs: ${result.epochs} here.`
  return [
    `test accuracy here ${percent(result.testAccuracy)}, in the paper ${percent(paper.testAccuracy)} (${placeOf(paper)}).${other}`,
    'This is one seed, and the paper does not say its own.',
    ...paper.disputes.map(
      (title) =>
        `The paper contradicts itself on this number: ${title.slice(0, 1).toLowerCase()}${title.slice(1)}.`,
    ),
  ].join('\n')
}
