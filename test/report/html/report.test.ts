import { beforeAll, describe, expect, it } from 'vitest'
import { figuresOf } from '../../../src/report/figures/figures.ts'
import { shareText } from '../../../src/report/html/numbers.ts'
import { type DrawnFigure, reportHtml } from '../../../src/report/html/report.ts'
import { numbersOf } from '../../../src/report/published.ts'
import type { ReportResults } from '../../../src/report/results.ts'
import { drawnFigures } from '../sampleImages.ts'
import { paper, type SampleKind, sampleResults } from '../sampleResults.ts'
import { numbersIn } from '../walk.ts'

interface Sample {
  readonly results: ReportResults
  readonly figures: readonly DrawnFigure[]
  readonly page: string
}

const kinds = ['complete', 'partial', 'empty', 'synthetic', 'quick'] as const
const samples = new Map<SampleKind, Sample>()
beforeAll(async () => {
  for (const kind of kinds) {
    const results = await sampleResults(kind)
    const figures = await drawnFigures(results)
    samples.set(kind, { results, figures, page: reportHtml(results, figures) })
  }
})
function sample(kind: SampleKind): Sample {
  const found = samples.get(kind)
  if (found === undefined) throw new Error(kind)
  return found
}

const empty = new Set(['meta', 'link', 'img', 'br'])

/** What is wrong with the nesting of a page's elements. */
function faults(page: string): string[] {
  const open: string[] = []
  const found: string[] = []
  for (const [, end, name = ''] of page
    .replace(/<style>.*?<\/style>/s, '')
    .matchAll(/<(\/?)([a-z][a-z0-9]*)/g)) {
    if (empty.has(name)) continue
    if (end === '') open.push(name)
    else if (open.pop() !== name) found.push(name)
  }
  return [...found, ...open]
}

/** What a reader sees, pictures apart. */
const textOf = (page: string) =>
  page
    .replace(/<(style|title)>.*?<\/\1>/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/[ \n]+/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')

describe('reportHtml', () => {
  it.each(kinds)('%s: is well-formed, with unique ids and links that lead somewhere', (kind) => {
    const { page } = sample(kind)
    expect(faults(page)).toEqual([])
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, target] of page.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target)
    expect(
      /.{40}(\bNaN\b|undefined\b(?!: the gradient)|\[object|\bnull\b|Infinity)/.exec(
        textOf(page).replaceAll('The loss is NaN', 'It diverged'),
      ),
    ).toBeNull()
  })

  it.each(kinds)('%s: runs no script and asks for nothing outside the file', (kind) => {
    const { page } = sample(kind)
    const [, policy = ''] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page) ?? []
    expect(policy.replaceAll('&#39;', "'")).toBe(
      "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    )
    const withoutImages = page.replace(/ src="data:[^"]*"/g, '')
    expect(/<script|javascript:| on[a-z]+="|@import|url\(/.exec(withoutImages)).toBeNull()
    for (const [, address] of page.matchAll(/ (?:src|href)="([^"]{0,20})/g))
      expect(address).toMatch(/^(#|data:)/)
  })

  it('puts ours beside every published number', () => {
    const { page, results } = sample('complete')
    const ids = new Set([...page.matchAll(/data-path="([^"]*)"/g)].map(([, id]) => id))
    const comparisons = results.experiments.flatMap((each) => each.comparisons)
    const shown = [...comparisons, ...results.settings]
    expect(shown.length).toBeGreaterThan(200)
    expect(ids).toEqual(new Set(shown.map(({ id }) => id)))
    const row = (id: string) => {
      const start = page.indexOf(`data-path="${id}"`)
      return textOf(page.slice(start, page.indexOf('</tr>', start)))
    }
    expect(row('cnn/gridSearchCv/rows/4/meanAccuracy')).toContain('87.7033\u00a0%')
    expect(row('dropout/rows/9/trainLoss')).toContain('1.7228')
    expect(row('l2/accuracy')).toContain('84.88\u00a0%')
    const l2 = comparisons.find(({ id }) => id === 'l2/accuracy')
    expect(row('l2/accuracy')).toContain(shareText(l2?.ours ?? null))
    expect(row('l2/accuracy')).toContain(l2?.verdict)
  })

  it('puts the verdicts first: how many of each, and the headline numbers', () => {
    const { page, results } = sample('complete')
    const comparisons = results.experiments.flatMap((each) => each.comparisons)
    const first = textOf(page.slice(0, page.indexOf('<nav id="report-contents"')))
    expect(first).toContain(`${comparisons.length} numbers compared: `)
    for (const word of new Set(comparisons.map(({ verdict }) => verdict))) {
      const count = comparisons.filter(({ verdict }) => verdict === word).length
      expect(first).toContain(`${word} ${count}`)
    }
    for (const { title, headline } of comparisons) if (headline) expect(first).toContain(title)
  })

  it('has every figure with its alt text, and every contradiction with both sides and ours', () => {
    const { page, figures, results } = sample('complete')
    expect([...page.matchAll(/<img alt="[^"]{40,}"/g)]).toHaveLength(figures.length)
    for (const { id } of figures) expect(page).toContain(`${id}.png</span>`)
    const drawn = [...page.matchAll(/<img [^>]* src="data:image\/svg\+xml;charset=utf-8,([^"]*)"/g)]
    expect(new Set(drawn.map(([, svg = '']) => decodeURIComponent(svg.replaceAll('&#39;', "'"))))).toEqual(
      new Set(figures.map(({ svg }) => svg)),
    )
    const text = textOf(page)
    for (const { claims, title, ours } of results.contradictions) {
      expect(text).toContain(title)
      expect(text).toContain(ours)
      for (const { says } of claims) expect(text).toContain(says)
    }
    for (const remark of results.remarks) expect(text).toContain(remark)
  })

  it('has the configuration of each part, its choices, and the command that repeats it', () => {
    const { page, results } = sample('complete')
    const text = textOf(page)
    for (const { command, parts, choices } of results.experiments) {
      expect(page).toContain(`<pre><code>${command}</code></pre>`)
      for (const { id } of parts) expect(page).toContain(`<summary>${id}: configuration</summary>`)
      for (const { title } of choices) expect(text).toContain(title)
    }
    const start = page.indexOf('<summary>l2: configuration</summary>')
    const l2 = textOf(page.slice(start, page.indexOf('</table>', start)))
    expect(l2).toContain('Lambda 0; 0.1; 1; 3; 10; 30; 100')
    expect(l2).toContain('Batch size 400')
    expect(l2).toContain('Seeds 1, 2 and 3')
    expect(l2).toContain('Trainings 21')
  })

  it('has a table of the finalists beside the best models, with the one that was chosen', () => {
    const { page, results } = sample('complete')
    const best = textOf(page.slice(page.indexOf('<section id="best"')))
    const stages = results.experiments.flatMap(({ secondStages }) => secondStages)
    expect(stages.length).toBe(2)
    for (const { title, finalists } of stages) {
      const start = best.indexOf(`${title}: second stage`)
      expect(start).toBeGreaterThan(0)
      const text = best.slice(start, best.indexOf('recall of each class', start))
      for (const { searchRank, searchMean, mean, std, chosen } of finalists)
        expect(text).toContain(
          `${searchRank} ${shareText(searchMean)} ${shareText(mean)} ${shareText(std)} ${chosen ? 'yes' : '–'}`,
        )
    }
    expect(textOf(sample('partial').page)).not.toContain(': second stage')
  })

  it('says plainly what is missing, on the first page and where it is missing', () => {
    const text = textOf(sample('partial').page)
    expect(text).toContain('Not complete: ')
    expect(text).toContain('13 of 25 trainings of mlp-1-grid have not been run.')
    expect(text).toContain('Figure 5 of the paper: not drawn, because the trainings have not been run.')
    expect(textOf(sample('complete').page)).not.toMatch(/Not complete|Not run\./)
  })

  it('repeats the banner of a quick run in every section and on every printed page', () => {
    const { page } = sample('quick')
    const sections = page.match(/<section /g)?.length ?? 0
    expect(page.match(/<div class="banner[^>]*>QUICK RUN: /g)).toHaveLength(sections + 1)
    expect(page).toContain('@top-center { content: "QUICK RUN: ')
    expect(page).toContain('not comparable')
    expect(sample('complete').page).not.toMatch(/class="banner|@top-center|QUICK RUN/)
  })

  it('holds no number of the paper on drawn images, but the banner in every section', () => {
    const { page, results, figures } = sample('synthetic')
    const sections = page.match(/<section /g)?.length ?? 0
    expect(page.match(/<div class="banner[^>]*>SYNTHETIC DATA: /g)).toHaveLength(sections + 1)
    expect(page).not.toContain('data-path')
    expect(page).not.toMatch(/<th scope="col"[^>]*>(Paper|Difference)</)
    // What looks like one of the paper's results has to be one of ours, or a mean of some of ours.
    const forms = (value: number) => [`${(100 * value).toFixed(2)}%`, value.toFixed(4)]
    const ours = new Set(numbersIn(results).flatMap(([, value]) => forms(value)))
    const everything = [
      textOf(page).replaceAll('\u00a0%', '%'),
      ...figures.map(({ svg, alt }) => svg + alt),
    ].join(' ')
    const published = numbersOf(paper.published).filter(
      ({ ours: place, value }) => 'metric' in place && value < 1,
    )
    expect(published.length).toBeGreaterThan(90)
    const found = published.filter(({ value }) =>
      forms(value).some((form) => !ours.has(form) && new RegExp(`(?<!\\d)${form}(?!\\d)`).test(everything)),
    )
    expect(found).toEqual([])
  })

  it('escapes everything that comes from outside', () => {
    const { results } = sample('complete')
    const evil = `<script>alert("1")</script>&'`
    const [first, ...others] = results.experiments
    if (first === undefined) throw new Error('no experiments')
    const page = reportHtml(
      {
        ...results,
        dataset: { ...results.dataset, name: evil },
        command: evil,
        remarks: [evil],
        labels: { batchSize: evil },
        publication: { title: evil, authors: [evil] },
        experiments: [{ ...first, title: evil, missing: [evil], command: evil, state: 'partial' }, ...others],
      },
      [],
    )
    expect(page).not.toContain('<script')
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;')
    expect(faults(page)).toEqual([])
  })

  it('is the same text for the same results', async () => {
    const { results, figures, page } = sample('complete')
    expect(reportHtml(structuredClone(results), figures)).toBe(page)
  })

  it('can do without images', async () => {
    const { results } = sample('complete')
    const figures = figuresOf({ results, published: paper.published, images: null }).map(
      ({ drawing: _, ...figure }) => ({
        ...figure,
        svg: '<svg width="1" height="1"/>',
      }),
    )
    expect(faults(reportHtml(results, figures))).toEqual([])
  })
})
