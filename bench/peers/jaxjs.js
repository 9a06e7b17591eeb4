// What both jax-js peers do: start the library on WebAssembly, train, measure. In Node it has one thread.
// Every function of jax-js uses its arguments up; `.ref` keeps one.
import * as common from './common.js'

/**
 * @param parameters (np) => an array of [weights, biases]
 * @param forward (jax, parameters, images) => logits; uses both up
 * @param work { batch, shape of an image, optimizer: (jax, parameters) => { state, update(state, parameters, gradients) } }
 */
export async function train(parameters, forward, { batch, shape, optimizer }) {
  // Node 20 has no `navigator`, which jax-js asks for its user agent.
  globalThis.navigator ??= { userAgent: `Node.js/${process.versions.node}` }
  const [jax] = await common.installed('@jax-js/jax')
  const { numpy: np, nn, tree } = jax
  await jax.init('wasm')
  jax.defaultDevice('wasm')
  const { trainX, trainY, testX, testY } = common.load()

  const lossOf = (weights, images, targets) => {
    const logits = forward(jax, weights, images)
    return nn.logSoftmax(logits).mul(targets).sum(-1).mean().neg()
  }
  const { state: initial, update } = optimizer(jax)
  const step = jax.jit((weights, state, images, targets) => {
    const gradients = jax.grad(lossOf)(tree.ref(weights), images, targets)
    return update(state, weights, gradients)
  })

  let weights = parameters(np)
  let state = initial(weights)

  async function epoch() {
    for (const rows of common.batches(trainY.length, batch)) {
      const images = np.array(common.gathered(trainX, rows)).reshape([rows.length, ...shape])
      const classes = np.array(Int32Array.from(rows, (row) => trainY[row]))
      ;[weights, state] = step(weights, state, images, nn.oneHot(classes, common.CLASSES))
    }
    await jax.blockUntilReady(weights)
  }

  const logits = jax.jit((parameters, images) => forward(jax, parameters, images))

  async function accuracy(count) {
    let right = 0
    for (let start = 0; start < count; start += 500) {
      const end = Math.min(count, start + 500)
      const images = np.array(testX.slice(start * 784, end * 784)).reshape([end - start, ...shape])
      const found = await np.argmax(logits(tree.ref(weights), images), -1).data()
      for (let i = start; i < end; i++) if (found[i - start] === testY[i]) right++
    }
    return right / count
  }

  const work = { rows: trainY.length, batch, testRows: testY.length }
  await common.run(common.versionOf('@jax-js/jax'), work, epoch, accuracy)
}
