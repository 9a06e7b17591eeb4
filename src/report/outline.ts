import type { Experiment, Study } from '../study/definition/schema.ts'
import { fieldsOf } from '../study/search/combinations.ts'
import { type FigureSpec, type OutlineExperiment, type Published, publishedSchema } from './published.ts'
import { label } from './words.ts'

/**
 * What the report of a study shows: what is given, and by default a section for each experiment of the study with the
 * figures that fit the number of its axes.
 *
 * @param given published numbers; without them nothing is compared
 */
export function outlineOf(study: Study, given?: Published): Published {
  const published = given ?? publishedSchema.parse({ title: study.name })
  if (published.experiments.length > 0) return published
  return {
    ...published,
    experiments: study.experiments.map(
      ({ id }): OutlineExperiment => ({
        id,
        title: id,
        type: 'trainings',
        sections: [],
        parts: [id],
        needs: [],
        choices: [],
      }),
    ),
    figures: [...published.figures, ...study.experiments.flatMap((experiment) => figuresOf(experiment))],
  }
}

/**
 * The figures of an experiment by the number of its axes. None: a learning curve. One: a sweep. Two: a heat map. More, or
 * random values: parallel coordinates, and the importance of each axis.
 */
function figuresOf(experiment: Experiment): FigureSpec[] {
  const { id, axes, search } = experiment
  const drawn = 'ranges' in search && search.ranges !== undefined
  const fields = drawn ? Object.keys(search.ranges) : fieldsOf({ axes, search })
  const common = { experiment: id, part: id, details: [] }
  const [x, y, ...others] = fields
  if (x === undefined)
    return [{ type: 'curve', ...common, id, title: `${id}: learning curve`, panels: ['accuracy', 'loss'] }]
  if (y === undefined)
    return [{ type: 'sweep', ...common, id, title: `${id}: score by ${nameOf(x)}`, x, panels: [] }]
  if (others.length === 0 && !drawn && search.type !== 'list')
    return [{ type: 'heatmap', ...common, id, title: `${id}: score by ${nameOf(x)} and ${nameOf(y)}`, x, y }]
  return [
    { type: 'parallel', ...common, id, title: `${id}: every combination` },
    { type: 'importance', ...common, id: `${id}-importance`, title: `${id}: importance of each axis` },
  ]
}

function nameOf(field: string): string {
  return label(field, {})
}
