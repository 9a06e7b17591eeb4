/**
 * Test accuracy of the paper's three multilayer perceptrons on Fashion-MNIST, mean and range over five seeds, beside
 * the paper's numbers (sections 4.1.2 to 4.1.4). Run with `npx tsx bench/accuracy.ts`.
 */

import { loadDataset } from '../src/data/sources.node.ts'
import { sgd, train } from '../src/index.ts'

const dataset = await loadDataset({ source: 'fashion-mnist' })
const cases = [
  { name: 'no hidden layer', hidden: [], learningRate: 0.1, epochs: 10, paper: 84.12 },
  { name: '1 x 128', hidden: [128], learningRate: 0.2, epochs: 5, paper: 85.7 },
  { name: '2 x 128', hidden: [128, 128], learningRate: 0.2, epochs: 13, paper: 87.74 },
]
for (const { name, hidden, learningRate, epochs, paper } of cases) {
  const accuracies: number[] = []
  for (const seed of [1, 2, 3, 4, 5]) {
    const result = await train(
      { model: { type: 'mlp', hidden }, optimizer: sgd(learningRate), epochs, seed, evaluate: 'end' },
      dataset,
      { threads: 2 },
    )
    accuracies.push(100 * (result.test?.accuracy ?? Number.NaN))
  }
  const mean = accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / accuracies.length
  const range = `${Math.min(...accuracies).toFixed(2)} to ${Math.max(...accuracies).toFixed(2)}`
  console.log(`${name}, epoch ${epochs}: mean ${mean.toFixed(2)} %, ${range}; paper ${paper} %`)
}
