import type { Shape } from '../base/shape.ts'
import type { Engine } from '../engine/engine.ts'
import type { SparseInput } from '../engine/sparseInput.ts'
import type { Range } from '../engine/tensor.ts'
import { Conv2d } from './conv2d.ts'
import { type FusionOptions, fuse, type LayerFusion } from './fuse.ts'
import type { Activations, Layer, LayerContext, StepContext } from './layer.ts'
import { MaxPool2d, RectifiedMaxPool2d } from './maxPool2d.ts'
import { SparseDense } from './sparseDense.ts'
import type { LayerSpec } from './specs.ts'

/** Builds one layer; tests replace it to put a wrong layer in. Fused variants of a layer are not built by it. */
export type LayerBuilder = (spec: LayerSpec, context: LayerContext) => Layer

/** The methods of a layer that its forward pass takes. */
export type ForwardPass = Pick<Layer, 'prepareForward' | 'forward'>
/** The methods of a layer that its backward pass takes. */
export type BackwardPass = Pick<Layer, 'prepareBackward' | 'backward'>

/** Layers in a row, and what each computes. A pass is undefined if another layer computes it. */
export interface BuiltLayers {
  readonly layers: readonly Layer[]
  readonly forward: readonly (ForwardPass | undefined)[]
  readonly backward: readonly (BackwardPass | undefined)[]
}

/** What all layers of a model are built with. */
export interface Building {
  readonly engine: Engine
  readonly capacity: number
  readonly inputShape: Shape
  readonly input: Activations
  /** The same input with its zeros, if the first layer leaves them out. */
  readonly sparseInput: SparseInput | undefined
  readonly stepContext: Readonly<StepContext>
  readonly build: LayerBuilder
  readonly keepOutputs: boolean
}

/** Builds the layers of a model, fused as {@link fuse} decides. @throws ShapeError naming the layer that does not fit */
export function buildLayers(specs: readonly LayerSpec[], building: Building): BuiltLayers {
  const { engine, capacity, sparseInput, stepContext, build, keepOutputs } = building
  const options: FusionOptions = { keepOutputs, sparseInput: sparseInput !== undefined }
  const fusions = fuse(specs, options)
  const layers: Layer[] = []
  const counts = new Map<string, number>()
  let { input, inputShape } = building
  for (const [i, spec] of specs.entries()) {
    const { skipsInputGradient, isInPlace, readsSparseInput, rectifies } = fusions[i] ?? {}
    const count = (counts.get(spec.type) ?? 0) + 1
    counts.set(spec.type, count)
    const name = `${spec.type}_${count}`
    const inputGradient = skipsInputGradient ? undefined : input.gradient
    const context = {
      ...{ engine, name, capacity, inputShape, input, inputGradient, stepContext },
      ...(isInPlace && { output: input }),
    }
    const layer =
      spec.type === 'dense' && readsSparseInput && sparseInput
        ? new SparseDense(spec, context, sparseInput)
        : spec.type === 'maxPool2d' && rectifies
          ? new RectifiedMaxPool2d(spec, context)
          : build(spec, context)
    layers.push(layer)
    inputShape = layer.outputShape
    input = layer.output
  }
  const forward = layers.map((layer, i) => (fusions[i]?.isLeftToPool ? undefined : layer))
  return { layers, forward, backward: backwardPasses(layers, fusions) }
}

function backwardPasses(
  layers: readonly Layer[],
  fusions: readonly LayerFusion[],
): readonly (BackwardPass | undefined)[] {
  const passes: (BackwardPass | undefined)[] = layers.map((layer, i) =>
    fusions[i]?.isLeftToPool ? undefined : layer,
  )
  for (const [i, { pool: at }] of fusions.entries()) {
    const [convolution, pool] = [layers[i], at === undefined ? undefined : layers[at]]
    if (at === undefined || !(convolution instanceof Conv2d) || !(pool instanceof MaxPool2d)) continue
    const pooled = pool.pooledGradient()
    if (pooled === undefined) continue
    passes[at] = undefined
    passes[i] = { backward: (rows: Range) => convolution.backwardPooled(pooled, rows) }
  }
  return passes
}
