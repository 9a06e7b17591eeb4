import { cnnComparisons } from './cnnComparisons.ts'
import { type Comparison, comparison, measured, type Place } from './comparison.ts'
import { mlpComparisons } from './mlpComparisons.ts'
import { published } from './published.ts'

function ofHeadline(): Comparison[] {
  const { bestMlp, bestMlpText, bestCnn } = published.headline
  const abstract: Place = { experiment: 'best', section: '1', figure: null }
  const text: Place = { ...abstract, section: '5' }
  const [mlp, cnn] = [measured('best-mlp', {}), measured('best-cnn', {})]
  const best = 'Test accuracy of the best'
  return [
    comparison(abstract, 'headline/bestMlp', `${best} perceptron`, bestMlp, mlp),
    comparison(text, 'headline/bestMlpText', `${best} perceptron, in the text`, bestMlpText, mlp),
    comparison(abstract, 'headline/bestCnn', `${best} convolutional network`, bestCnn, cnn),
  ]
}

/** All results of the paper, each with the place of ours. Numbers that it merely sets are in `settings`. */
export const comparisons: readonly Comparison[] = [...mlpComparisons, ...cnnComparisons, ...ofHeadline()]
