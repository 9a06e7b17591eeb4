// The benchmark's MLP in jax-js: one compiled function a step.
import { BATCH, normalValues, RATE, WIDTHS } from './common.js'
import { train } from './jaxjs.js'

function parameters(np) {
  return WIDTHS.slice(1).map((outputs, i) => {
    const inputs = WIDTHS[i]
    const weights = np.array(normalValues(inputs * outputs, Math.sqrt(2 / inputs)))
    return [weights.reshape([inputs, outputs]), np.zeros([outputs])]
  })
}

function forward({ numpy: np, nn }, layers, images) {
  let x = images
  for (const [i, [weights, biases]] of layers.entries()) {
    x = np.matmul(x, weights).add(biases)
    if (i < layers.length - 1) x = nn.relu(x)
  }
  return x
}

// The state has to hold something: the steps done.
const optimizer = ({ numpy: np, tree }) => ({
  state: () => np.zeros([]),
  update: (count, weights, gradients) => [
    tree.map((value, gradient) => value.sub(gradient.mul(RATE)), weights, gradients),
    count.add(1),
  ],
})

await train(parameters, forward, { batch: BATCH, shape: [WIDTHS[0]], optimizer })
