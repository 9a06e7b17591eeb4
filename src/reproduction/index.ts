/**
 * Reproductions: the study of a publication, its published numbers, and how it is run, read from a folder of YAML files.
 *
 * @module atelier/reproduction
 */
export { type PublishedValue, publishedValue } from './publishedValue.ts'
export { paperFolder, type ReadYaml, readReproduction, reproductionFile } from './read.node.ts'
export { refitStudy } from './refit.ts'
export { type Reproduction, type ReproductionPlaces, reproductionOf } from './reproduction.ts'
export { reproductionSchema } from './schema.ts'
export { secondStageStudy } from './secondStage.ts'
export { partsOf, selectExperiments } from './select.ts'
export { type ReproductionOptions, reproductionStudy, studyName } from './study.ts'
