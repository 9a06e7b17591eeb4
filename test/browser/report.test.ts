import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reportHtml } from '../../src/report/html/report.ts'
import { drawnFigures } from '../report/sampleImages.ts'
import { sampleResults } from '../report/sampleResults.ts'
import { chromiumPath, type Fields, Page } from './chromium.ts'

if (chromiumPath === undefined)
  process.stderr.write('SKIPPED: no Chromium found (CHROMIUM names one); the report was not opened.\n')

describe.skipIf(chromiumPath === undefined)('the report in Chromium', () => {
  let folder = ''
  let address = ''
  let page: Page
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atelier-report-'))
    const results = await sampleResults('quick')
    const file = join(folder, 'report.html')
    await writeFile(file, reportHtml(results, await drawnFigures(results)))
    address = pathToFileURL(file).href
    page = await Page.open(chromiumPath ?? '')
    await page.load(address)
  })
  afterAll(async () => {
    await page.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('opens from disk without a word in the console or a request to anything but the file', () => {
    const words = page.events.filter(({ method }) =>
      ['Log.entryAdded', 'Runtime.exceptionThrown', 'Runtime.consoleAPICalled'].includes(String(method)),
    )
    expect(words).toEqual([])
    const asked = page.events.filter(({ method }) => method === 'Network.requestWillBeSent').map(urlOf)
    expect(asked).toContain(address)
    expect(asked.filter((url) => url !== address && !url.startsWith('data:'))).toEqual([])
  })

  it('shows every figure', async () => {
    expect(await page.evaluate('document.images.length')).toBeGreaterThan(25)
    expect(
      await page.evaluate(
        '[...document.images].filter((image) => !(image.complete && image.naturalWidth > 100)).map(({ alt }) => alt)',
      ),
    ).toEqual([])
  })

  it.each(['light', 'dark'])(
    'has readable text in the %s scheme: every pair of colours 4.5 to 1',
    async (value) => {
      await page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] })
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
        value === 'light' ? 'rgb(255, 255, 255)' : 'rgb(23, 24, 27)',
      )
      expect(await page.evaluate(faintest)).toBeGreaterThan(4.5)
    },
  )

  it('fits 400 pixels: the page does not scroll sideways, tables scroll in their own boxes', async () => {
    await page.send('Emulation.setDeviceMetricsOverride', {
      width: 400,
      height: 800,
      deviceScaleFactor: 1,
      mobile: false,
    })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400)
    const outside = `[...document.querySelectorAll('table')].filter((table) => {
      const { left, right } = table.parentElement.getBoundingClientRect()
      return left < 0 || right > 400 || getComputedStyle(table.parentElement).overflowX !== 'auto'
    }).length`
    expect(await page.evaluate(outside)).toBe(0)
    const small = `[...document.querySelectorAll('td, th')].filter((cell) => parseFloat(getComputedStyle(cell).fontSize) < 14).length`
    expect(await page.evaluate(small)).toBe(0)
    await page.send('Emulation.clearDeviceMetricsOverride')
  })

  it('prints', async () => {
    const { data } = await page.send('Page.printToPDF', { printBackground: true })
    const pdf = Buffer.from(String(data), 'base64').toString('latin1')
    // Every section begins a page.
    expect(pdf.match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThanOrEqual(17)
  })
})

function urlOf({ params }: Fields): string {
  const { request } = Object.fromEntries(Object.entries(params ?? {}))
  return String(Object.entries(request ?? {}).find(([key]) => key === 'url')?.[1])
}

/** The lowest contrast of a text with what lies behind it (WCAG 2). */
const faintest = `(() => {
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number)
  const luminance = ([r, g, b]) => [r, g, b]
    .map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0)
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor)
      if (colour.length < 4 || colour[3] > 0) return colour
    }
    return [255, 255, 255]
  }
  let lowest = 21
  for (const element of document.querySelectorAll('body *')) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '')) continue
    const [a, b] = [parse(getComputedStyle(element).color), behind(element)].map(luminance)
    lowest = Math.min(lowest, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05))
  }
  return lowest
})()`
