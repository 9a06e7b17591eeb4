import { extname } from 'node:path'
import { writeFileAtomic } from '../../../base/atomic.node.ts'
import { ConfigError } from '../../../base/errors.ts'
import { grouped } from '../../../base/grouped.ts'
import { suggestion } from '../../../base/nearest.ts'
import { visible } from '../../../base/text.ts'
import type { Dataset } from '../../../data/dataset.ts'
import { describeSources, type PlaceReport } from '../../../data/describe.node.ts'
import { sampleGrid } from '../../../data/samples.ts'
import { isSourceName, openDataset, sourceOf, syntheticBanner } from '../../shared/dataset.ts'
import { colour } from '../../shared/terminal/colour.ts'
import { print, shortPath } from '../../shared/terminal/output.ts'
import { table } from '../../shared/terminal/table.ts'
import { wrap } from '../../shared/terminal/width.ts'
import { whole } from '../../shared/values.ts'

export interface DataFlags {
  readonly data?: string
  readonly offline?: boolean
  readonly show?: string
  readonly perClass?: string
  readonly seed?: string
}

/** `atelier data`. @throws AtelierError */
export async function runData(flags: DataFlags): Promise<void> {
  const { show } = flags
  if (show !== undefined && !['.png', '.svg'].includes(extname(show))) {
    const hint = suggestion(extname(show), ['.png', '.svg'])
    throw new ConfigError('the file must end in .png or .svg.', { where: `--show ${show}`, hint })
  }
  const perClass = whole('--per-class', flags.perClass ?? '10', { least: 1, most: 1000 })
  const seed =
    flags.seed === undefined ? undefined : whole('--seed', flags.seed, { least: 0, most: 0xffffffff })
  const offline = flags.offline === true
  const { directory, source } = sourceOf(flags.data)

  if (source !== 'synthetic') {
    const { places, download } = await describeSources({ directory, offline })
    for (const place of places) print(describe(place))
    const next = download.chosen ? ', tried now' : ''
    const state = download.state === 'off' ? 'switched off' : `allowed${next}`
    print(`  download  ${state}\n${download.addresses.map((address) => `    ${address}`).join('\n')}\n`)
  }
  const { dataset, origin } = await openDataset(flags.data, { offline })
  if (dataset.synthetic) print(colour('error', wrap(syntheticBanner)))
  print(`used: ${dataset.name}${isSourceName(flags.data ?? '') ? '' : `, ${origin}`}`)
  print(counts(dataset))
  if (show !== undefined) {
    await draw(dataset, show, perClass, seed)
    print(`\nsamples of each class drawn into ${shortPath(show)}`)
  }
}

function describe({ place, state, problem, files, fashionMnist, chosen }: PlaceReport): string {
  const mark = chosen ? '*' : ' '
  const verdict = state === 'found' ? (fashionMnist ? 'Fashion-MNIST' : 'other data') : `${state}: ${problem}`
  const head = `${mark} ${place.origin}  ${visible(place.path)}  ${verdict}`
  const rows = files.map((file) => [
    `    ${shortPath(file.path)}`,
    file.shape === undefined ? '' : file.shape.join(' x '),
    file.gzipped === true ? 'gzip' : '',
    file.state === 'damaged'
      ? (file.problem ?? 'damaged')
      : file.state === 'published'
        ? 'as published'
        : 'other',
  ])
  return rows.length === 0 ? head : `${head}\n${table(rows, { left: 4, shorten: [0], optional: [2] })}`
}

function counts({ height, width, channels, classes, train, test }: Dataset): string {
  const size = `${height} x ${width}${channels === 1 ? '' : ` x ${channels}`}`
  const tally = (labels: Uint8Array): number[] => {
    const numbers = classes.map(() => 0)
    for (const label of labels) numbers[label] = (numbers[label] ?? 0) + 1
    return numbers
  }
  const [trained, tested] = [tally(train.labels), tally(test.labels)]
  const rows = classes.map((name, k) => [
    name === String(k) ? name : `${k} ${name}`,
    grouped(trained[k] ?? 0),
    grouped(tested[k] ?? 0),
  ])
  const total = ['all', grouped(train.count), grouped(test.count)]
  return `images of ${size}, ${classes.length} classes\n\n${table([['class', 'training', 'test'], ...rows, total], { head: true })}`
}

async function draw(
  dataset: Dataset,
  file: string,
  perClass: number,
  seed: number | undefined,
): Promise<void> {
  const [{ samplesSvg }, { embedFonts }, { toPng }] = await Promise.all([
    import('../../../plot/samples.ts'),
    import('../../../plot/fonts.node.ts'),
    import('../../../plot/render.node.ts'),
  ])
  const { name, synthetic, height, width, channels, train, classes } = dataset
  const rows = sampleGrid(train, dataset, classes, perClass, seed)
  const which =
    seed === undefined ? `the first ${perClass} of each` : `${perClass} of each, drawn with seed ${seed}`
  const svg = samplesSvg(rows, {
    title: `${name}: training images of each class`,
    subtitle: which,
    height,
    width,
    channels,
    ...(synthetic ? { banner: syntheticBanner } : {}),
  })
  await writeFileAtomic(file, await (extname(file) === '.svg' ? embedFonts(svg) : toPng(svg, { scale: 2 })))
}
