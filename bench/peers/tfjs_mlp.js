// The benchmark's MLP in TensorFlow.js, on its WebAssembly backend. In Node it has one thread.
import { BATCH, RATE, WIDTHS } from './common.js'
import { train } from './tfjs.js'

function build(tf) {
  const [inputs, ...outputs] = WIDTHS
  const layers = outputs.map((units, i) =>
    tf.layers.dense({
      units,
      ...(i === 0 ? { inputShape: [inputs] } : {}),
      ...(i < outputs.length - 1 ? { activation: 'relu' } : {}),
      kernelInitializer: tf.initializers.heNormal({ seed: 1 + i }),
    }),
  )
  return tf.sequential({ layers })
}

await train('wasm', build, { batch: BATCH, shape: [WIDTHS[0]], optimizer: (tf) => tf.train.sgd(RATE) })
