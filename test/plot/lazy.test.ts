import { expect, it, vi } from 'vitest'

const loaded = vi.hoisted((): string[] => [])
vi.mock(import('vega'), (original) => {
  loaded.push('vega')
  return original()
})
vi.mock(import('vega-lite'), (original) => {
  loaded.push('vega-lite')
  return original()
})
vi.mock(import('@resvg/resvg-wasm'), (original) => {
  loaded.push('resvg')
  return original()
})

it('loads Vega and the rasteriser when the first figure is drawn, not before', async () => {
  const { confusionSpec, toPng, toSvg } = await import('../../src/plot/index.ts')
  const spec = confusionSpec({ classes: ['a'], counts: [[1]], title: 'T' })
  expect(loaded).toEqual([])
  const svg = await toSvg(spec)
  expect(loaded.sort()).toEqual(['vega', 'vega-lite'])
  await toPng(svg, { scale: 1 })
  expect(loaded).toContain('resvg')
})
