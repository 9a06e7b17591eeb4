// Trains the paper's multilayer perceptron on Fashion-MNIST, or says loudly that it had to take the synthetic set.
//   npx tsx examples/train-mlp.ts [training rows]
import { type TrainingInput, trainEvents } from 'atelier'
import { loadDataset } from 'atelier/node'

const dataset = await loadDataset({ source: 'auto' })
if (dataset.synthetic) console.log('SYNTHETIC DATA, not Fashion-MNIST')
const config: TrainingInput = {
  model: { type: 'mlp', hidden: [128, 128] },
  optimizer: { type: 'sgd', learningRate: 0.2 },
  epochs: 8,
  limit: Number(process.argv[2] ?? dataset.train.count),
}
for await (const event of trainEvents(config, dataset, { threads: 2 })) {
  if (event.type === 'start') console.log(event.summary)
  if (event.type === 'epoch') console.log(`epoch ${event.record.epoch}: test`, event.record.test)
  if (event.type === 'done')
    console.log('test accuracy', event.result.test?.accuracy, event.result.weightsSha256)
}
