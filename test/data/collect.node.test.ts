import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

/**
 * MiB of V8's room for young objects in a process of its own, on the built package: grown by objects that stay, then
 * after `collectGarbage`.
 *
 * @param keep an expression for something that the process holds besides
 */
async function youngSpace(keep: string): Promise<{ grown: number; after: number }> {
  const built = new URL('../../dist/data/collect.node.js', import.meta.url).href
  const code = `
    import { getHeapSpaceStatistics } from 'node:v8'
    import { collectGarbage } from ${JSON.stringify(built)}
    const room = () =>
      getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size / 2 ** 20
    const kept = [${keep}]
    for (let i = 0; i < 300000; i++) kept.push({ i })
    const grown = room()
    collectGarbage()
    console.log(JSON.stringify({ grown, after: room(), kept: kept.length }))
  `
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code])
  return JSON.parse(stdout)
}

it('gives back the room that young objects took', async () => {
  const { grown, after } = await youngSpace('')
  // How far the room grows depends on how fast V8 collects beside the program: 11 MiB was seen on a busy machine.
  expect(grown).toBeGreaterThanOrEqual(8)
  expect(after).toBeLessThanOrEqual(4)
})

it('leaves large heaps alone', async () => {
  const { grown, after } = await youngSpace('new Array(1 << 22).fill(0)')
  // V8 may give more room at any time (0.25 MiB were seen on Node 26), but takes none.
  expect(after).toBeGreaterThanOrEqual(grown)
})
