import { beforeAll, describe, expect, it } from 'vitest'
import { figuresOf } from '../../src/paper/figures.ts'
import { html, joined } from '../../src/paper/html/html.ts'
import { decimalsOf, differenceText, duration, percent, valueText } from '../../src/paper/html/numbers.ts'
import { type DrawnFigure, reportHtml } from '../../src/paper/html/report.ts'
import { published } from '../../src/paper/published.ts'
import type { PaperResults } from '../../src/paper/results.ts'
import { drawnFigures } from './sampleImages.ts'
import { type SampleKind, sampleResults } from './sampleResults.ts'
import { at, numbersOf } from './walk.ts'

interface Sample {
  readonly results: PaperResults
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

  it('puts ours beside every number of the paper', () => {
    const { page, results } = sample('complete')
    const paths = new Set([...page.matchAll(/data-path="([^"]*)"/g)].map(([, path]) => path))
    const shown = [...results.experiments.flatMap(({ comparisons }) => comparisons), ...results.settings]
    expect(shown.length).toBeGreaterThan(200)
    for (const { path } of shown) {
      expect(paths).toContain(path)
      expect(at(published, path), path).toBeTypeOf('number')
    }
    const row = (path: string) => {
      const start = page.indexOf(`data-path="${path}"`)
      return textOf(page.slice(start, page.indexOf('</tr>', start)))
    }
    expect(row('cnn/gridSearchCv/rows/4/meanAccuracy')).toContain('87.7033\u00a0%')
    expect(row('dropout/rows/9/trainLoss')).toContain('1.7228')
    expect(row('l2/accuracy')).toContain('84.88\u00a0%')
    const l2 = results.experiments
      .flatMap(({ comparisons }) => comparisons)
      .find(({ path }) => path === 'l2/accuracy')
    expect(row('l2/accuracy')).toContain(percent(l2?.ours ?? null))
    expect(row('l2/accuracy')).toContain(l2?.verdict)
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
    for (const { claims, title } of results.contradictions) {
      expect(text).toContain(title)
      for (const { says } of claims) expect(text).toContain(says)
    }
  })

  it('says what each experiment did, and the command that repeats it', () => {
    const { page, results } = sample('complete')
    for (const { command, settings } of results.experiments) {
      expect(page).toContain(`<pre><code>${command}</code></pre>`)
      for (const line of settings) expect(page).toContain(`<li>${line}</li>`)
    }
  })

  it('has a table of the finalists in the best models, with the one that was chosen', () => {
    const { page, results } = sample('complete')
    const best = textOf(page.slice(page.indexOf('<section id="best"')))
    for (const { title, finalists, says } of results.experiments.flatMap(({ finals }) => finals)) {
      const start = best.indexOf(`${title}: the finalists`)
      expect(start).toBeGreaterThan(0)
      const text = best.slice(start, best.indexOf('recall of each class', start))
      expect(text).toContain(says)
      for (const { searchRank, searchMean, mean, std, chosen } of finalists)
        expect(text).toContain(
          `${searchRank} ${percent(searchMean)} ${percent(mean)} ${percent(std)} ${chosen ? 'yes' : '–'}`,
        )
    }
    expect(textOf(sample('partial').page)).not.toContain(': the finalists')
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
    const ours = new Set(numbersOf(results).flatMap(([, value]) => forms(value)))
    const everything = [
      textOf(page).replaceAll('\u00a0%', '%'),
      ...figures.map(({ svg, alt }) => svg + alt),
    ].join(' ')
    const accuracies = numbersOf(published).filter(([path]) =>
      /ccuracy|bestMlp|bestCnn|relu|tanh|Loss/i.test(path),
    )
    const found = accuracies.filter(
      ([, value]) =>
        value < 1 &&
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
        differences: [evil],
        experiments: [
          { ...first, title: evil, settings: [evil], missing: [evil], state: 'partial' },
          ...others,
        ],
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
    const figures = figuresOf(results, null).map(({ drawing: _, ...figure }) => ({
      ...figure,
      svg: '<svg width="1" height="1"/>',
    }))
    expect(faults(reportHtml(results, figures))).toEqual([])
  })
})

describe('html', () => {
  it('escapes text and keeps HTML, lists and nothing', () => {
    expect(html`<p title="${'a"b'}">${'1 < 2'}${html`<br>`}${[1, 'x']}${null}${false}</p>`.text).toBe(
      '<p title="a&quot;b">1 &lt; 2<br>1x</p>',
    )
    expect(joined(['a', html`<b>`, '&'], ', ').text).toBe('a, <b>, &amp;')
  })
})

describe('numbers', () => {
  it('keeps the decimals that the paper prints', () => {
    expect(decimalsOf({ paper: 0.877033, unit: 'accuracy' })).toBe(4)
    expect(decimalsOf({ paper: 0.857, unit: 'accuracy' })).toBe(2)
    expect(valueText(0.877033, 'accuracy', 4)).toBe('87.7033\u00a0%')
    expect(valueText(0.45, 'loss', 4)).toBe('0.4500')
    expect(valueText(0.001, 'setting', 2)).toBe('0.001')
    expect(valueText(null, 'loss', 4)).toBe('–')
  })

  it('gives differences a sign, of accuracies in points', () => {
    expect(differenceText(0.0123, 'accuracy', 2)).toBe('+1.23')
    expect(differenceText(-0.0123, 'loss', 4)).toBe('−0.0123')
    expect(differenceText(0.000001, 'accuracy', 2)).toBe('0')
    expect(differenceText(-350, 'setting', 2)).toBe('−350')
  })

  it('writes times for people', () => {
    expect(duration(59.4)).toBe('59 s')
    expect(duration(754.2)).toBe('12 min 34 s')
    expect(duration(3 * 3600 + 5 * 60 + 59)).toBe('3 h 5 min')
  })
})
