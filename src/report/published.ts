/** The schema of published.yaml: what a publication says, and where a study measures the same. */
import * as z from 'zod'
import { jsonSchemaOf } from '../base/jsonSchema.ts'
import { scoreNames } from '../store/contract.ts'
import type { Json } from '../study/definition/schema.ts'

/** What a number can be compared with. `running`: mean over the batches of an epoch, with dropout at work. */
export const metrics = [...scoreNames, 'runningLoss', 'runningAccuracy'] as const
export type ReportMetric = (typeof metrics)[number]

const idOf = (pattern: RegExp, signs: string) =>
  z
    .string()
    .max(100)
    .refine(
      (text) => pattern.test(text),
      `must be letters, digits and ${signs}, and begin with a letter or digit`,
    )
    .meta({ pattern: pattern.source })
const id = idOf(/^[A-Za-z0-9][\w./-]*$/, '"_", ".", "/", "-"')
/** Of what a report writes files or links for. */
const fileId = idOf(/^[A-Za-z0-9][\w.-]*$/, '"_", ".", "-"')
const part = z.string().min(1).describe('An experiment of the study.')
const section = z.string()
const figureNumber = z.int().positive()
const text = z.string().min(1)
const metric = z.enum(metrics)
const field = text.describe('A field of the configuration, such as optimizer.learningRate.')
const of = z.enum(['width', 'depth']).describe('Of a list of layers: the first entry, or their number.')
const json: z.ZodType<Json> = z.json()
const where = z.record(z.string(), json).describe('Values of some fields: the combinations that have them.')

const measured = z
  .strictObject({
    part,
    metric,
    where: where.default({}),
    epoch: z.int().positive().optional().describe('After this epoch. Default: with the final weights.'),
    statistic: z.enum(['mean', 'std']).default('mean').describe('Over seeds and folds.'),
  })
  .readonly()
const chosen = z
  .strictObject({ part, chosen: field, of: of.optional() })
  .readonly()
  .describe('The value that the search of a part chose.')

const number = z
  .strictObject({
    id,
    experiment: id.optional(),
    section: section.optional(),
    figure: figureNumber.optional(),
    title: text,
    value: z.number(),
    headline: z.boolean().default(false).describe('Show it on the first page.'),
    ours: z.union([measured, chosen]),
  })
  .readonly()

/** Many numbers of one kind: a table of the publication. */
const table = z
  .strictObject({
    id,
    experiment: id.optional(),
    section: section.optional(),
    figure: figureNumber.optional(),
    part,
    keys: z
      .record(
        z.string(),
        z.strictObject({ title: text, field, printed: z.boolean().default(true) }).readonly(),
      )
      .describe('Columns that say which combination a row is of.'),
    values: z
      .record(
        z.string(),
        z
          .strictObject({
            title: text.describe('{column} stands for the value of a column.'),
            metric,
            statistic: z.enum(['mean', 'std']).default('mean'),
          })
          .readonly(),
      )
      .describe('Columns with results.'),
    columns: z.array(z.string()).min(1),
    rows: z.array(z.array(z.number())),
    headline: z.array(id).default([]).describe('Ids of numbers for the first page: "table/row/column".'),
  })
  .readonly()

const setting = z
  .strictObject({
    id,
    section: section.optional(),
    title: text,
    value: z.number(),
    ours: z.union([
      z.strictObject({ part, field, of: of.optional() }).readonly(),
      z.strictObject({ dataset: z.enum(['train', 'test', 'height', 'width', 'classes']) }).readonly(),
      z.strictObject({ stepsOf: part }).readonly(),
      z.strictObject({ curveOf: part }).readonly().describe('The epoch at which a curve is read.'),
      z.strictObject({ figure: figureNumber }).readonly(),
      z
        .strictObject({ key: field, part, where })
        .readonly()
        .describe('The key of a row in a table: the combination with these values.'),
    ]),
  })
  .readonly()

/** A value that a sentence names by {name}. */
const reference = z.union([
  z.strictObject({ number: id }).readonly(),
  z.strictObject({ best: part, show: z.enum(['settings', 'score']).default('settings') }).readonly(),
  z.strictObject({ gradientCheck: z.enum(['largestError']) }).readonly(),
  z
    .strictObject({
      part,
      metric: metric.default('testAccuracy'),
      where: where.default({}),
      epoch: z.int().optional(),
    })
    .readonly(),
  z
    .strictObject({ part, by: field, metric: metric.default('testAccuracy') })
    .readonly()
    .describe('The value for each value of a field.'),
])
const remark = z
  .strictObject({
    text: text.describe('{name} stands for a value below.'),
    values: z.record(z.string(), reference).default({}),
  })
  .readonly()

const axis = z.union([field, z.strictObject({ field, of: of.optional(), title: text.optional() }).readonly()])
const scale = z.enum(['linear', 'log', 'ordinal'])
const figureBase = {
  number: figureNumber.optional().describe('Of the figure of the publication that it repeats.'),
  id: fileId.optional().describe('Its file name. Default: "figure-" and its number.'),
  experiment: id,
  title: text,
  details: z.array(text).default([]).describe('What was trained; stands below the title.'),
}
const figure = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.literal('curve'),
      ...figureBase,
      part,
      panels: z.array(z.enum(['accuracy', 'loss'])).default(['accuracy', 'loss']),
    })
    .readonly(),
  z
    .strictObject({
      type: z.literal('sweep'),
      ...figureBase,
      part,
      x: axis,
      scale: scale.optional().describe('Default: what spreads the values most evenly.'),
      series: field.optional(),
      panels: z
        .array(
          z
            .array(z.strictObject({ metric, label: z.string().default('') }).readonly())
            .min(1)
            .describe('The lines of a panel; all losses or all accuracies.'),
        )
        .default([])
        .describe('Default: one panel of what the part is judged by.'),
    })
    .readonly(),
  z
    .strictObject({
      type: z.literal('heatmap'),
      ...figureBase,
      part,
      x: axis,
      y: axis,
      metric: metric.optional().describe('Default: what the part is judged by.'),
    })
    .readonly(),
  z.strictObject({ type: z.literal('bars'), ...figureBase, part, by: field }).readonly(),
  z
    .strictObject({
      type: z.literal('epochs'),
      ...figureBase,
      lines: z.array(z.strictObject({ part, label: text }).readonly()).min(1),
      panels: z.array(metric).min(1),
    })
    .readonly(),
  z.strictObject({ type: z.enum(['parallel', 'importance']), ...figureBase, part }).readonly(),
])

/** A choice to show beside others: who chose, and what the choice reaches. */
const choice = z
  .strictObject({
    title: text,
    part,
    where: where.default({}).describe('Only among these combinations.'),
    like: part.optional().describe('The combination that is the best of this part.'),
    refit: part.optional().describe('The part that trains the chosen settings on all rows.'),
    onTest: z.boolean().default(false).describe('Whether the test set chose.'),
  })
  .readonly()

const experiment = z
  .strictObject({
    id: fileId,
    title: text,
    sections: z.array(section).default([]),
    type: z
      .enum(['trainings', 'images', 'gradientCheck', 'refits'])
      .default('trainings')
      .describe(
        'What it shows: results of trainings, images of each class, checked gradients, or refitted models.',
      ),
    parts: z.array(part).default([]),
    needs: z.array(id).default([]).describe('Experiments whose results it needs.'),
    choices: z.array(choice).default([]),
  })
  .readonly()

const contradiction = z
  .strictObject({
    title: text,
    experiments: z.array(id).default([]),
    disputes: z.array(id).default([]).describe('Numbers that it leaves open.'),
    claims: z
      .array(z.strictObject({ where: text, says: text, values: z.array(z.number()).default([]) }).readonly())
      .min(1),
    ours: remark.optional(),
  })
  .readonly()

export const publishedSchema = z
  .strictObject({
    $schema: z.string().optional(),
    title: text,
    authors: z.array(text).default([]),
    dataset: text
      .optional()
      .describe('Numbers are compared on the dataset of this name only. Default: on any.'),
    tolerance: z
      .strictObject({ accuracy: z.number().min(0).default(0.005), loss: z.number().min(0).default(0.02) })
      .readonly()
      .default({ accuracy: 0.005, loss: 0.02 })
      .describe('How far from our mean a number may be and still count as reproduced.'),
    labels: z.record(z.string(), text).default({}).describe('Names of fields in tables and figures.'),
    experiments: z
      .array(experiment)
      .default([])
      .describe('Sections of the report. Default: one for each part.'),
    figures: z.array(figure).default([]),
    numbers: z.array(number).default([]),
    tables: z.array(table).default([]),
    settings: z.array(setting).default([]),
    contradictions: z.array(contradiction).default([]),
    remarks: z.array(remark).default([]).describe('What is different from the publication, and why.'),
  })
  .readonly()

/** The same as a JSON Schema, for editors. Published as `atelier/schema/published.json`. */
export function publishedJsonSchema(): object {
  return jsonSchemaOf(publishedSchema, 'Published numbers to compare a study with')
}

export type Published = z.infer<typeof publishedSchema>
export type PublishedNumber = Published['numbers'][number]
export type PublishedSetting = Published['settings'][number]
export type Measured = z.infer<typeof measured>
export type Chosen = z.infer<typeof chosen>
export type Remark = z.infer<typeof remark>
export type Reference = z.infer<typeof reference>
export type FigureSpec = Published['figures'][number]
export type Axis = z.infer<typeof axis>
export type OutlineExperiment = Published['experiments'][number]

/** The numbers of a publication, those of its tables included. */
export function numbersOf({
  numbers,
  tables,
}: Pick<Published, 'numbers' | 'tables'>): readonly PublishedNumber[] {
  return [
    ...numbers,
    ...tables.flatMap(({ id, part, keys, values, columns, rows, headline, ...place }) =>
      rows.flatMap((row, i) =>
        Object.entries(values).map(([column, { title, ...measure }]): PublishedNumber => {
          const cell = (name: string) => row[columns.indexOf(name)] ?? Number.NaN
          const own = `${id}/${i}/${column}`
          return {
            id: own,
            ...place,
            title: title.replace(/\{(\w+)\}/g, (_, name: string) => String(cell(name))),
            value: cell(column),
            headline: headline.includes(own),
            ours: {
              part,
              ...measure,
              where: Object.fromEntries(Object.entries(keys).map(([name, { field }]) => [field, cell(name)])),
            },
          }
        }),
      ),
    ),
  ]
}

/** The settings of a publication, the keys of its tables included. */
export function settingsOf({
  settings,
  tables,
}: Pick<Published, 'settings' | 'tables'>): readonly PublishedSetting[] {
  return [
    ...settings,
    ...tables.flatMap(({ id, part, keys, columns, rows, section }) =>
      rows.flatMap((row, i) => {
        const cell = (name: string) => row[columns.indexOf(name)] ?? Number.NaN
        const where = Object.fromEntries(Object.entries(keys).map(([name, { field }]) => [field, cell(name)]))
        return Object.entries(keys)
          .filter(([, { printed }]) => printed)
          .map(
            ([name, { title, field }]): PublishedSetting => ({
              id: `${id}/${i}/${name}`,
              ...(section === undefined ? {} : { section }),
              title,
              value: cell(name),
              ours: { key: field, part, where },
            }),
          )
      }),
    ),
  ]
}
