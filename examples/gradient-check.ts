// Checks the gradients of a model of one's own with central differences.
//   npx tsx examples/gradient-check.ts
import { dense, flatten, gradientCheck, leakyRelu, Random, tanh } from 'atelier'

// Eight small random images and their classes: any data shows whether a derivation is right.
const random = new Random(1, 'example')
const inputs = Float64Array.from({ length: 8 * 6 * 6 }, (_, i) => random.normal(i))
const labels = Array.from({ length: 8 }, (_, i) => i % 3)
const layers = [flatten(), dense(12), leakyRelu(), dense(8), tanh(), dense(3)]

const report = gradientCheck({ inputShape: [6, 6, 1], layers }, { inputs, labels, samples: 'all' })
console.table(report.tensors)
console.log(report.ok ? 'all gradients are right' : 'a gradient is WRONG')
process.exitCode = report.ok ? 0 : 1
