import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'

const root = new URL('../..', import.meta.url).pathname

/** The blocks of TypeScript in a page, each with the line on which it begins. */
function blocksOf(file: string): { readonly name: string; readonly text: string }[] {
  const page = readFileSync(join(root, file), 'utf8')
  return [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map((block) => {
    const line = page.slice(0, block.index).split('\n').length + 1
    // A block may use await at its top: it is a module.
    return { name: join(root, `${file}.line${line}.mts`), text: `${block[1]}\nexport {}\n` }
  })
}

const pages = [
  ...['README.md', 'CONTRIBUTING.md'],
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8').replaceAll(/^```.*?^```$/gms, '')
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

it('every link leads to a file, and every anchor to a heading', () => {
  const broken: string[] = []
  for (const page of pages)
    for (const [, link = ''] of readFileSync(join(root, page), 'utf8').matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link)) continue
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : join(dirname(page), path)
      if (!existsSync(join(root, target)) || (anchor !== undefined && !anchorsOf(target).includes(anchor)))
        broken.push(`${page}: ${link}`)
    }
  expect(broken).toEqual([])
})

it('every source file that a page names exists', () => {
  const missing: string[] = []
  for (const page of pages)
    for (const [, path = ''] of readFileSync(join(root, page), 'utf8').matchAll(
      /`((?:src|test|kernels|bench|scripts|examples)\/[\w./-]+)`/g,
    ))
      if (!existsSync(join(root, path))) missing.push(`${page}: ${path}`)
  expect(missing).toEqual([])
})

it('TypeScript in the README and in docs/ type-checks', { timeout: 240_000 }, () => {
  const blocks = new Map(pages.flatMap((page) => blocksOf(page).map(({ name, text }) => [name, text])))
  expect(blocks.size).toBeGreaterThan(1)
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    module: ts.ModuleKind.NodeNext,
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    noEmit: true,
  }
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  host.getCurrentDirectory = () => root
  host.fileExists = (name) => blocks.has(name) || fileExists(name)
  host.readFile = (name) => blocks.get(name) ?? readFile(name)
  host.getSourceFile = (name, version) => {
    const text = blocks.get(name)
    return text === undefined ? getSourceFile(name, version) : ts.createSourceFile(name, text, version)
  }
  const problems = ts
    .getPreEmitDiagnostics(ts.createProgram([...blocks.keys()], options, host))
    .map(({ file, start, messageText }) => {
      const at =
        file === undefined
          ? ''
          : `${file.fileName}:${file.getLineAndCharacterOfPosition(start ?? 0).line + 1} `
      return `${at.replace(root, '')}${ts.flattenDiagnosticMessageText(messageText, '\n')}`
    })
  expect(problems).toEqual([])
})
