import type { PaperId } from './experiments.ts'

/** One of the things that the paper says. */
export interface Claim {
  /** "section 4.5", "figure 13", "abstract" ... */
  readonly where: string
  readonly says: string
  /** The numbers in it, accuracies as shares; empty where it has none. */
  readonly values: readonly number[]
}

/** A place where the paper contradicts itself, or what it names. */
export interface Contradiction {
  readonly number: number
  /** Experiments whose results it bears on. */
  readonly experiments: readonly PaperId[]
  readonly title: string
  readonly claims: readonly Claim[]
  /**
   * Numbers that it leaves open, by their place in `published`: the paper has two of them, or one of them for two
   * things. Where it is a sentence that does not fit its numbers, there is none.
   */
  readonly disputes?: readonly string[]
}

const claim = (where: string, says: string, ...values: number[]): Claim => ({ where, says, values })

export const contradictions: readonly Contradiction[] = [
  {
    number: 1,
    experiments: ['cnn-grid', 'cnn'],
    title: 'Two learning rates win the search for the convolutional network',
    disputes: [
      'cnn/gridSearchCv/best/learningRate',
      'cnn/gridSearchCv/textSays/learningRate',
      'cnn/gridSearchCv/textSays/accuracy',
    ],
    claims: [
      claim(
        'section 4.5',
        'Learning rate 0.01 and batch 50 win, with a test accuracy of 87.7 %.',
        0.01,
        0.877,
      ),
      claim('figure 13', 'Learning rate 0.001 and batch 50 win, with 0.877033.', 0.001, 0.877033),
      claim('figure 13', 'Learning rate 0.01 at batch 50 has 0.862967.', 0.01, 0.862967),
      claim('figure 13', 'The scores are means over folds of the training images, no test accuracies.'),
    ],
  },
  {
    number: 2,
    experiments: ['mlp-1'],
    title: 'One hidden layer reaches the same accuracy after one epoch and after five',
    disputes: ['mlp/1/gridBest/accuracy', 'mlp/1/accuracyCurve/accuracy'],
    claims: [
      claim('section 4.1.3, search', '85.70 % after 1 epoch.', 0.857, 1),
      claim('section 4.1.3, figure 2', '85.70 % after 5 epochs.', 0.857, 5),
    ],
  },
  {
    number: 3,
    experiments: ['mlp-2'],
    title: 'Two hidden layers have two highest accuracies',
    disputes: ['mlp/2/gridBest/accuracy', 'mlp/2/accuracyCurve/accuracy'],
    claims: [
      claim('section 4.1.4, search', 'The highest is 84.65 %; after how many epochs is not said.', 0.8465),
      claim('section 4.1.4, figure 12', 'With the same settings it is 87.74 % after 8 epochs.', 0.8774, 8),
    ],
  },
  {
    number: 4,
    experiments: ['mlp-1', 'mlp-2'],
    title: 'The same numbers are training accuracies in one place and test accuracies in others',
    disputes: ['mlp/1/accuracyCurve/accuracy', 'mlp/2/accuracyCurve/accuracy'],
    claims: [
      claim(
        'sections 4.1.3 and 4.1.4',
        '85.70 % and 87.74 % are where training accuracy settles.',
        0.857,
        0.8774,
      ),
      claim('abstract and section 5', '85.70 % and 87.74 % are test accuracies.', 0.857, 0.8774),
    ],
  },
  {
    number: 5,
    experiments: ['mlp-2', 'best'],
    title: 'The best perceptron has two accuracies, and in the conclusion none',
    disputes: ['headline/bestMlp', 'headline/bestMlpText'],
    claims: [
      claim('abstract', '87.75 %.', 0.8775),
      claim('section 4', '87.74 %.', 0.8774),
      claim('section 5', 'The number was never filled in: "X".'),
    ],
  },
  {
    number: 6,
    experiments: ['width-depth', 'mlp-2', 'best'],
    title: 'The network that is called best is not the one with the highest accuracy',
    claims: [
      claim('section 4.6', '3 layers of 192 are best, with 87.73 %.', 0.8773),
      claim('section 4.1.4', '2 layers of 128 have 87.74 %.', 0.8774),
    ],
  },
  {
    number: 7,
    experiments: ['l2'],
    title: 'What the L2 penalty does is told in three ways that do not agree',
    disputes: ['l2/lambda'],
    claims: [
      claim('section 4.3', 'With lambda 3 the accuracy is 84.88 %.', 3, 0.8488),
      claim('section 4.3', 'That is similar to no penalty, which has 87.74 %: 2.9 points more.', 0.8774),
      claim('section 4.3', 'The larger lambda is, the better in general.'),
      claim('abstract', 'lambda 3 is best.', 3),
    ],
  },
  {
    number: 8,
    experiments: ['unnormalized'],
    title: 'On pixels as they are, accuracy does not follow the learning rate as the text says',
    claims: [
      claim('section 4.4', 'The lower the learning rate, the higher the accuracy.'),
      claim('section 4.4', 'For 0.1, 0.001 and 0.0001 it is 10 %, 67.43 % and 32.9 %.', 0.1, 0.6743, 0.329),
      claim('abstract and section 5', 'Some 30 points are lost.', 0.3),
      claim('section 4.4 beside 4.1.4', 'From 87.74 % it is 20.3 or 54.8 points.', 0.203, 0.548),
    ],
  },
  {
    number: 9,
    experiments: ['cnn-grid', 'mlp-2'],
    title: 'The convolutional network is called more accurate with a lower number',
    claims: [
      claim('section 4.5', 'After one epoch it has 87.7 %, more than the perceptron.', 0.877),
      claim('section 4.1.4', 'The perceptron has 87.74 %.', 0.8774),
    ],
  },
  {
    number: 10,
    experiments: ['dropout'],
    title: 'More dropout is said to lower the accuracy, but some rows rise',
    claims: [
      claim('section 4.5.1', 'The more dropout, the lower the accuracy.'),
      claim('figure 14, rows 1 and 2', 'It rises from 0.8688 to 0.8693.', 0.8688, 0.8693),
      claim('figure 14, rows 4 to 6', 'It rises from 0.8349 to 0.8558 and 0.8590.', 0.8349, 0.8558, 0.859),
    ],
  },
  {
    number: 11,
    experiments: ['gradient-check'],
    title: 'The formula of the gradient check lacks its parentheses',
    claims: [
      claim('section 4.1.1', '(plus - minus) / 2 * epsilon: as written, this multiplies by epsilon.'),
      claim(
        'section 4.1.1',
        'Errors are usually under 0.01, which takes (plus - minus) / (2 epsilon).',
        0.01,
      ),
    ],
  },
  {
    number: 12,
    experiments: ['activations'],
    title: 'Activations are compared after different numbers of epochs',
    claims: [
      claim('section 4.2', 'ReLU has 87.74 %, tanh 82.47 %, leaky ReLU 83.78 %.', 0.8774, 0.8247, 0.8378),
      claim('section 4.2', 'Leaky ReLU was trained for fewer epochs; for tanh, the text does not say.'),
    ],
  },
  {
    number: 13,
    experiments: ['cnn-grid', 'further'],
    title: 'Cross-validation is left to others, and was used',
    claims: [
      claim('section 5', 'Cross-validation is further work.'),
      claim('figure 13', 'Each line is a mean and a deviation over folds.'),
      claim('sections 1, 4.5 and 5', "GridSearchCV is called Keras's; it is scikit-learn's."),
    ],
  },
  {
    number: 14,
    experiments: ['cnn'],
    title: 'Eight epochs of the convolutional network are said not to over-fit',
    claims: [
      claim('section 4.5', 'It has 90.79 % after 8 epochs, without over-fitting.', 0.9079, 8),
      claim('figure 5', 'It draws training and test accuracy for each epoch; no numbers are given.'),
    ],
  },
]
