import { type Shape, sizeOf } from '../src/base/shape.ts'
import { type Layer, planActivations } from '../src/nn/layer.ts'
import { buildLayer } from '../src/nn/layers.ts'
import type { LayerSpec } from '../src/nn/specs.ts'
import { fill } from './rates.ts'
import { type Call, Recorder } from './recorder.ts'

/** The kernels that one layer calls for a batch of `images`, on random numbers. */
export interface LayerCalls {
  readonly layer: Layer
  readonly forward: readonly Call[]
  readonly backward: readonly Call[]
}

/** @param first whether the layer's input is the images themselves, which have no gradient */
export function callsOf(spec: LayerSpec, inputShape: Shape, images: number, first = false): LayerCalls {
  const recorder = new Recorder()
  const { engine } = recorder
  const input = planActivations(engine, images, sizeOf(inputShape))
  const layer = buildLayer(spec, {
    engine,
    name: 'layer',
    capacity: images,
    inputShape,
    input,
    inputGradient: first ? undefined : input.gradient,
    stepContext: { training: true, step: 0, batch: images, seed: 0 },
  })
  engine.commit()
  const tensors = [input.value, layer.output.gradient, ...layer.parameters.map(({ value }) => value)]
  tensors.forEach(({ block }, i) => {
    fill(block, i)
  })
  layer.refresh?.(layer.parameters.map(({ value: { rows } }) => ({ first: 0, end: rows })))
  const rows = { first: 0, end: images }
  const forward = recorder.during(() => {
    layer.prepareForward?.(rows)
    layer.forward(rows)
  })
  const backward = recorder.during(() => {
    layer.prepareBackward?.(rows)
    layer.backward(rows)
  })
  return { layer, forward, backward }
}
