import { ConfigError } from '../base/errors.ts'
import { suggestion } from '../base/nearest.ts'
import { validate } from '../base/validate.ts'
import { checkPublished } from '../report/checkPublished.ts'
import { outlineOf } from '../report/outline.ts'
import { type Published, publishedSchema } from '../report/published.ts'
import { studyConfig } from '../study/definition/config.ts'
import type { Study } from '../study/definition/schema.ts'
import { type ReproductionConfig, reproductionSchema } from './schema.ts'

/** A publication to repeat: a study, what was published, and how the study is run. */
export interface Reproduction extends Omit<ReproductionConfig, 'study' | 'published' | '$schema'> {
  readonly study: Study
  readonly published: Published
}

/** Where the files of a reproduction are, for messages. */
export interface ReproductionPlaces {
  readonly reproduction: string
  readonly study: string
  readonly published: string
}

/**
 * A reproduction from the plain data of its three files.
 *
 * @throws ConfigError naming the file and the key: an unknown part, metric or figure type, a number without a
 *   counterpart in the study, two numbers of one id
 */
export function reproductionOf(
  files: { readonly reproduction: unknown; readonly study: unknown; readonly published: unknown },
  places: ReproductionPlaces,
): Reproduction {
  const {
    study: _study,
    published: _published,
    $schema,
    ...config
  } = validate(reproductionSchema, files.reproduction, places.reproduction)
  const study = studyConfig(files.study, places.study)
  const later = (config.secondStage?.searches ?? []).flatMap(({ second, refit }) => [second, refit])
  const published = outlineOf(study, validate(publishedSchema, files.published, places.published))
  checkPublished(published, { study, later, where: places.published })
  checkParts(config, study, places.reproduction)
  return { ...config, study, published }
}

/** @throws ConfigError for a part that the study does not have */
function checkParts(
  { first, secondStage }: Pick<Reproduction, 'first' | 'secondStage'>,
  study: Study,
  where: string,
) {
  const known = study.experiments.map(({ id }) => id)
  const named = [
    ...first.map((id, i) => [id, `first[${i}]`] as const),
    ...(secondStage?.searches ?? []).map(
      ({ search }, i) => [search, `secondStage.searches[${i}].search`] as const,
    ),
  ]
  for (const [id, key] of named) {
    if (known.includes(id)) continue
    throw new ConfigError(`the study "${study.name}" has no experiment "${id}".`, {
      where: `${where}, ${key}`,
      hint: suggestion(id, known),
    })
  }
}
