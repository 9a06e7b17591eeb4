// Draws docs/images/ from a real run: `npm run build && npx tsx scripts/make-readme-images.ts`.
import { execFileSync } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const images = join(root, 'docs/images')
const out = await mkdtemp(join(tmpdir(), 'atelier-images-'))
try {
  const options = ['train', 'mlp', '--data', 'fashion-mnist', '--epochs', '13', '--out', out]
  execFileSync(process.execPath, [join(root, 'dist/cli/main.js'), ...options], { stdio: 'inherit' })
  const [run] = await readdir(out)
  if (run === undefined) throw new Error('The training left no run.')
  await mkdir(images, { recursive: true })
  await copyFile(join(out, run, 'curve.png'), join(images, 'curve.png'))
} finally {
  await rm(out, { recursive: true, force: true })
}
