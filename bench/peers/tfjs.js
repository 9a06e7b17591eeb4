// What both TensorFlow.js peers do: start the library, train, measure.
import * as common from './common.js'

/**
 * @param backend 'wasm', or 'cpu' (plain JavaScript) for models that wasm has no gradients for
 * @param build makes the model: a tf.Sequential that gives logits
 * @param work { batch, shape of an image, optimizer }
 */
export async function train(backend, build, { batch, shape, optimizer }) {
  const [tf] = await common.installed('@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm')
  tf.env().set('PROD', true)
  await tf.setBackend(backend)
  await tf.ready()
  const { trainX, trainY, testX, testY } = common.load()
  const model = build(tf)
  const update = optimizer(tf)

  function step(rows) {
    const images = tf.tensor(common.gathered(trainX, rows), [rows.length, ...shape])
    const classes = tf.tensor1d(
      Int32Array.from(rows, (row) => trainY[row]),
      'int32',
    )
    const targets = tf.oneHot(classes, common.CLASSES)
    update.minimize(() => tf.losses.softmaxCrossEntropy(targets, model.apply(images, { training: true })))
  }

  function epoch() {
    for (const rows of common.batches(trainY.length, batch)) tf.tidy(() => step(rows))
  }

  async function accuracy(count) {
    let right = 0
    for (let start = 0; start < count; start += 500) {
      const end = Math.min(count, start + 500)
      const found = tf.tidy(() =>
        model
          .predict(tf.tensor(testX.subarray(start * 784, end * 784), [end - start, ...shape]))
          .argMax(1)
          .dataSync(),
      )
      for (let i = start; i < end; i++) if (found[i - start] === testY[i]) right++
    }
    return right / count
  }

  const work = { rows: trainY.length, batch, testRows: testY.length }
  await common.run(`${tf.version.tfjs} (${tf.getBackend()})`, work, epoch, accuracy)
}
