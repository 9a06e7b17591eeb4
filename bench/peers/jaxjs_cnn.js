// The benchmark's CNN in jax-js, images channels x height x width as its convolutions want them.
import {
  CLASSES,
  CNN_BATCH,
  CNN_EPSILON,
  CNN_RATE,
  FILTERS,
  FLAT,
  KERNEL,
  SIDE,
  UNITS,
  uniformValues,
} from './common.js'
import { train } from './jaxjs.js'

/** Of a weight: its shape, and how many values an output is made of and an input goes to. */
const taps = KERNEL * KERNEL
const layers = [
  { shape: [FILTERS, 1, KERNEL, KERNEL], inputs: taps, outputs: FILTERS * taps, biases: [FILTERS, 1, 1] },
  {
    shape: [FILTERS, FILTERS, KERNEL, KERNEL],
    inputs: FILTERS * taps,
    outputs: FILTERS * taps,
    biases: [FILTERS, 1, 1],
  },
  { shape: [FLAT, UNITS], inputs: FLAT, outputs: UNITS, biases: [UNITS] },
  { shape: [UNITS, CLASSES], inputs: UNITS, outputs: CLASSES, biases: [CLASSES] },
]

function parameters(np) {
  return layers.map(({ shape, inputs, outputs, biases }) => {
    const length = shape.reduce((product, size) => product * size, 1)
    const limit = Math.sqrt(6 / (inputs + outputs))
    return [np.array(uniformValues(length, limit)).reshape(shape), np.zeros(biases)]
  })
}

function forward({ numpy: np, nn, lax }, [first, second, third, fourth], images) {
  const rows = images.shape[0]
  let x = images
  for (const [weights, biases] of [first, second])
    x = nn.relu(lax.conv(x, weights, [1, 1], 'VALID').add(biases))
  const half = (SIDE - 2 * (KERNEL - 1)) / 2
  // Windows that do not overlap: the largest of each is a maximum over two axes.
  x = x.reshape([rows, FILTERS, half, 2, half, 2]).max([3, 5]).reshape([rows, FLAT])
  x = nn.relu(np.matmul(x, third[0]).add(third[1]))
  return np.matmul(x, fourth[0]).add(fourth[1])
}

const optimizer = ({ numpy: np, tree }) => ({
  state: (weights) => ({
    count: np.zeros([]),
    means: tree.map((value) => np.zeros(value.shape), weights),
    squares: tree.map((value) => np.zeros(value.shape), weights),
  }),
  update: ({ count, means, squares }, weights, gradients) => {
    const done = count.add(1)
    const mean = tree.map((m, g) => m.mul(0.9).add(g.mul(0.1)), means, tree.ref(gradients))
    const square = tree.map((v, g) => v.mul(0.999).add(g.ref.mul(g).mul(0.001)), squares, gradients)
    const correction = (beta) =>
      np
        .exp(done.ref.mul(Math.log(beta)))
        .neg()
        .add(1)
    const [first, second] = [correction(0.9), correction(0.999)]
    const follow = (value, m, v) =>
      value.sub(
        m
          .mul(CNN_RATE)
          .div(first.ref)
          .div(np.sqrt(v.div(second.ref)).add(CNN_EPSILON)),
      )
    const next = tree.map(follow, weights, tree.ref(mean), tree.ref(square))
    first.dispose()
    second.dispose()
    return [next, { count: done, means: mean, squares: square }]
  },
})

await train(parameters, forward, { batch: CNN_BATCH, shape: [1, SIDE, SIDE], optimizer })
