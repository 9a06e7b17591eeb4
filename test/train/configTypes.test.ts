import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import type * as z from 'zod'
import type { AugmentInput, AugmentSpec, augmentSchema } from '../../src/data/augmentSpec.ts'
import type { normalizations } from '../../src/data/preprocess.ts'
import type { LayerInput, LayerSpec } from '../../src/nn/layerSpecs.ts'
import type { ModelConfig, ModelInput } from '../../src/nn/modelSpecs.ts'
import type { modelConfigSchema } from '../../src/nn/presets.ts'
import type { layerSchema } from '../../src/nn/specs.ts'
import type { OptimizerInput, OptimizerSpec } from '../../src/optim/optimizerSpecs.ts'
import type { scheduleSchema } from '../../src/optim/schedule.ts'
import type { Schedule, ScheduleInput } from '../../src/optim/scheduleSpecs.ts'
import type { optimizerSchema } from '../../src/optim/specs.ts'
import type { inlineStudySchema, studySchema } from '../../src/study/definition/schema.ts'
import type {
  ExperimentInput,
  NamedExperimentInput,
  OneExperimentInput,
  SearchInput,
  SeveralExperimentsInput,
} from '../../src/study/definition/studyInput.ts'
import type { trainingSchema } from '../../src/train/config.ts'
import type { TrainingConfig, TrainingInput } from '../../src/train/trainingInput.ts'

/** A type without names of interfaces and without `readonly`, all the way down. */
type Plain<T> = T extends string | number | boolean | null | undefined
  ? T
  : { -readonly [K in keyof T]: Plain<T[K]> }
/** Whether two types are the same: keys that only one has, optional ones too, make a difference. */
type Same<A, B> =
  (<T>() => T extends Plain<A> ? 1 : 2) extends <T>() => T extends Plain<B> ? 1 : 2 ? true : false
/** Omit for each alternative of a union. */
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** Fields that a study file has as unknown values, and the interfaces with their meaning. */
type Open = 'base' | 'axes' | 'search' | 'experiments'
type WrittenSearch = NonNullable<z.input<typeof inlineStudySchema>['search']>
type WrittenExperiment = z.input<typeof studySchema>['experiments'][number]

// A difference between an interface and its schema is an error of types here.
const sameAsSchema: {
  layers: [Same<z.input<typeof layerSchema>, LayerInput>, Same<z.output<typeof layerSchema>, LayerSpec>]
  models: [
    Same<z.input<typeof modelConfigSchema>, ModelInput>,
    Same<z.output<typeof modelConfigSchema>, ModelConfig>,
  ]
  optimizers: [
    Same<z.input<typeof optimizerSchema>, OptimizerInput>,
    Same<z.output<typeof optimizerSchema>, OptimizerSpec>,
  ]
  schedules: [
    Same<z.input<typeof scheduleSchema>, ScheduleInput>,
    Same<z.output<typeof scheduleSchema>, Schedule>,
  ]
  augmentation: [
    Same<z.input<typeof augmentSchema>, AugmentInput>,
    Same<z.output<typeof augmentSchema>, AugmentSpec>,
  ]
  preprocessing: Same<(typeof normalizations)[number], NonNullable<TrainingInput['normalize']>>
  training: [
    Same<z.input<typeof trainingSchema>, TrainingInput>,
    Same<z.output<typeof trainingSchema>, TrainingConfig>,
  ]
  searches: [
    Same<
      Without<Exclude<WrittenSearch, string>, 'ranges' | 'combinations'>,
      Without<Exclude<SearchInput, string>, 'ranges' | 'combinations'>
    >,
    Same<Extract<WrittenSearch, string>, Extract<SearchInput, string>>,
  ]
  experiments: [
    Same<Omit<WrittenExperiment, Open>, Omit<NamedExperimentInput, Open>>,
    Same<keyof WrittenExperiment, keyof NamedExperimentInput>,
    Same<keyof ExperimentInput | 'id', keyof NamedExperimentInput>,
  ]
  studies: [
    Same<Omit<z.input<typeof studySchema>, Open>, Omit<SeveralExperimentsInput, Open>>,
    Same<keyof z.input<typeof studySchema>, keyof SeveralExperimentsInput>,
    Same<Omit<z.input<typeof inlineStudySchema>, Open>, Omit<OneExperimentInput, Open>>,
    Same<keyof z.input<typeof inlineStudySchema>, keyof OneExperimentInput>,
  ]
  // The comparison itself: it sees a key that is missing, optional, or of another type.
  comparison: [Same<{ a?: 1 }, object>, Same<{ a?: 1 }, { a: 1 }>, Same<{ a: { b: 1 } }, { a: { b: 2 } }>]
} = {
  layers: [true, true],
  models: [true, true],
  optimizers: [true, true],
  schedules: [true, true],
  augmentation: [true, true],
  preprocessing: true,
  training: [true, true],
  searches: [true, true],
  experiments: [true, true, true],
  studies: [true, true, true, true],
  comparison: [false, false, false],
}

it('the interfaces of configurations are those that the schemas check', () => {
  expect(Object.keys(sameAsSchema)).toContain('training')
})

it.each([
  'src/data/augmentSpec.ts',
  'src/nn/layerSpecs.ts',
  'src/nn/modelSpecs.ts',
  'src/optim/optimizerSpecs.ts',
  'src/optim/scheduleSpecs.ts',
  'src/study/definition/studyInput.ts',
  'src/train/trainingInput.ts',
])('%s documents every interface and every key that one writes', async (file) => {
  const lines = (await readFile(file, 'utf8')).split('\n')
  const bare = lines.filter((line, i) => {
    const key = /^ {2}readonly (\w+)\??:/.exec(line)?.[1]
    const isInterface = /^export interface \w+/.test(line)
    const documented = lines[i - 1]?.trim().endsWith('*/') === true
    // The filled-in forms have the comments of what they are made from.
    return (isInterface || (key !== undefined && key !== 'type')) && !documented
  })
  expect(bare.filter((line) => !filledIn.test(line))).toEqual([])
})
const filledIn =
  /ModelConfig$|OptimizerSpec$|: Schedule$|AugmentSpec \| undefined$|EarlyStopping \| undefined$/
