// The benchmark's CNN in TensorFlow.js, on its backend in plain JavaScript: the WebAssembly one has no gradient of a
// convolution's filters.
import { CLASSES, CNN_BATCH, CNN_EPSILON, CNN_RATE, FILTERS, KERNEL, SIDE, UNITS } from './common.js'
import { train } from './tfjs.js'

// Glorot uniform is said, because that of TensorFlow.js's layers is Glorot normal.
function build(tf) {
  const glorot = (seed) => tf.initializers.glorotUniform({ seed })
  const convolution = (seed, more) =>
    tf.layers.conv2d({
      filters: FILTERS,
      kernelSize: KERNEL,
      activation: 'relu',
      kernelInitializer: glorot(seed),
      ...more,
    })
  return tf.sequential({
    layers: [
      convolution(1, { inputShape: [SIDE, SIDE, 1] }),
      convolution(2),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: UNITS, activation: 'relu', kernelInitializer: glorot(3) }),
      tf.layers.dense({ units: CLASSES, kernelInitializer: glorot(4) }),
    ],
  })
}

const optimizer = (tf) => tf.train.adam(CNN_RATE, 0.9, 0.999, CNN_EPSILON)
await train('cpu', build, { batch: CNN_BATCH, shape: [SIDE, SIDE, 1], optimizer })
