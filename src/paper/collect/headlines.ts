/** Places in `published` of the results on the first page: one or two of each experiment. */
export const headlines: readonly string[] = [
  'mlp/0/accuracyCurve/accuracy',
  'mlp/1/accuracyCurve/accuracy',
  'mlp/2/accuracyCurve/accuracy',
  'activations/tanh',
  'activations/leakyRelu',
  'l2/accuracy',
  'unnormalized/accuracyByLearningRate/0.001',
  'cnn/gridSearchCv/best/meanAccuracy',
  'cnn/accuracyCurve/accuracy',
  'dropout/rows/0/testAccuracy',
  'widthDepth/best/accuracy',
  'headline/bestMlp',
  'headline/bestCnn',
]
