import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { ConfigError } from '../../../../src/base/errors.ts'
import { exampleConfig } from '../../../../src/cli/commands/config/exampleConfig.ts'
import { readConfigFile } from '../../../../src/cli/shared/config/configFile.ts'
import { configFileSchema, configJsonSchema } from '../../../../src/cli/shared/config/configSchema.ts'
import { defaultConfig } from '../../../../src/cli/shared/config/models.ts'
import { modelConfigSchema } from '../../../../src/nn/presets.ts'
import { layerSchema } from '../../../../src/nn/specs.ts'
import { writeFileAtomic } from '../../../../src/node.ts'
import { scheduleSchema } from '../../../../src/optim/schedule.ts'
import { optimizerSchema } from '../../../../src/optim/specs.ts'
import { call, temporaryFolders } from '../../atelier.ts'

const folder = temporaryFolders()
const root = fileURLToPath(new URL('../../../..', import.meta.url))

const keysOf = z.object({ properties: z.record(z.string(), z.unknown()) })

describe('atelier config', () => {
  test('prints a configuration that is exactly the default', async () => {
    const cwd = await folder()
    const { code, stdout } = await call(['config'], { cwd })
    expect(code).toBe(0)
    expect(stdout).not.toContain('yaml-language-server')
    expect(configFileSchema.parse(parse(stdout))).toEqual(defaultConfig('mlp'))
  })

  test('names every field, and what is commented out is valid too', () => {
    const full = exampleConfig.replaceAll(/^( *)# ( *[a-z]\w*:)/gm, '$1$2')
    const config: unknown = parse(full)
    expect(() => configFileSchema.parse(config)).not.toThrow()
    const { properties } = keysOf.parse(configJsonSchema())
    expect(Object.keys(z.record(z.string(), z.unknown()).parse(config)).sort()).toEqual(
      Object.keys(properties).sort(),
    )
  })

  test('shows every kind of model, layer, optimizer and schedule with all its settings', () => {
    const shown = [...exampleConfig.matchAll(/^#.*$/gm)]
      .flatMap(([line]) => line.match(/\{ type: [^{}]*\}/g) ?? [])
      .map((text) => z.looseObject({ type: z.string() }).parse(parse(text)))
    const kinds = [
      ...modelConfigSchema.options.filter(({ shape }) => !['mlp', 'layers'].includes(shape.type.value)),
      ...layerSchema.options,
      ...optimizerSchema.options.filter(({ shape }) => shape.type.value !== 'sgd'),
      ...scheduleSchema.options.filter(({ shape }) => shape.type.value !== 'constant'),
    ]
    for (const kind of kinds) {
      const { value } = kind.shape.type
      const [example, ...more] = shown
        .filter(({ type }) => type === value)
        .sort((a, b) => Object.keys(b).length - Object.keys(a).length)
      expect(Object.keys(example ?? {}).sort(), value).toEqual(Object.keys(kind.shape).sort())
      for (const one of [example, ...more]) expect(kind.safeParse(one).error, value).toBeUndefined()
    }
  })

  test('points editors to the schema where that path holds for others too', async () => {
    const { stdout } = await call(['config'], { cwd: root })
    expect(stdout.split('\n')[0]).toBe('# yaml-language-server: $schema=./schema/training.schema.json')
  })
})

describe('the published JSON Schema', () => {
  test('is the one of the source (npm run schema writes it)', async () => {
    const text = await readFile(join(root, 'schema/training.schema.json'), 'utf8')
    expect(text).toBe(`${JSON.stringify(configJsonSchema(), undefined, 2)}\n`)
  })

  test('is what package.json offers to editors', async () => {
    const exports = z.object({ exports: z.record(z.string(), z.unknown()), files: z.array(z.string()) })
    const manifest = exports.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')))
    expect(manifest.exports['./schema/training.json']).toBe('./schema/training.schema.json')
    expect(manifest.files).toContain('schema')
  })

  test('lets authors leave out what has a default', () => {
    expect(configJsonSchema()).toMatchObject({
      required: ['model', 'optimizer'],
      additionalProperties: false,
    })
    expect(JSON.stringify(configJsonSchema())).not.toContain('readOnly')
  })
})

test('any text is either a configuration or one ConfigError', async () => {
  const file = join(await folder(), 'fuzz.yaml')
  const pieces = fc.constantFrom(
    'model',
    'type',
    'mlp',
    'hidden',
    ': ',
    '[',
    ']',
    '{',
    '}',
    '\n',
    '  ',
    '- ',
    '128',
    ',',
    '&a ',
    '*a',
    '"',
    '!!binary ',
    '\t',
    '#',
    '1e999',
    '.nan',
    '~',
    '<<: ',
  )
  const texts = fc.oneof(
    fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
    fc.string(),
  )
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      await writeFileAtomic(file, text)
      await expect(readConfigFile(file)).rejects.toThrow(ConfigError)
    }),
    { numRuns: 100 },
  )
})

test('aliases that would expand without end are refused', async () => {
  const file = join(await folder(), 'bomb.yaml')
  const lines = Array.from({ length: 9 }, (_, i) => {
    const inner = i === 0 ? 'x' : `*a${i - 1}`
    return `a${i}: &a${i} [${Array.from({ length: 9 }, () => inner).join(', ')}]`
  })
  await writeFileAtomic(file, lines.join('\n'))
  await expect(readConfigFile(file)).rejects.toThrow(/bomb\.yaml: not valid YAML/)
})

test('data is relative to the file; a source is not', async () => {
  const cwd = await folder()
  const write = async (data: string) => {
    const file = join(cwd, 'a.yaml')
    await writeFileAtomic(
      file,
      `model: {type: mlp, hidden: []}\noptimizer: {type: sgd, learningRate: 1}\ndata: ${data}`,
    )
    return (await readConfigFile(file)).data
  }
  expect(await write('mine')).toBe(join(cwd, 'mine'))
  expect(await write('synthetic')).toBe('synthetic')
})
