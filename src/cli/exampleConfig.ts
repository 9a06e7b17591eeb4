/** What `atelier config` prints: every field with its default. A test keeps it equal to the schema. */
export const exampleConfig = `\
# A training with atelier: save as config.yaml, then "atelier train config.yaml".
# Options on the command line win over this file. What is left out has the value shown here,
# except model and optimizer, which must be given.

# A multilayer perceptron, or all layers one by one:
#   model:
#     type: layers
#     layers:
#       - type: flatten
#       - { type: dense, units: 64, initializer: glorotUniform }
#       - { type: leakyRelu, slope: 0.01 }
#       - { type: dense, units: 10 }      # one unit a class: the logits
model:
  type: mlp
  hidden: [128, 128]      # units of each hidden layer; [] for none
  activation: relu        # relu, leakyRelu, tanh or sigmoid
  # initializer: heNormal # or heUniform, glorotNormal, glorotUniform, lecunNormal, lecunUniform, zeros,
  #                       # { type: normal, deviation: 0.01 }. Left out: heNormal, and without hidden
  #                       # layers the normal distribution with deviation 0.01

optimizer:
  type: sgd
  learningRate: 0.2
  momentum: 0             # from 0, below 1
  nesterov: false         # Nesterov's form of the momentum

batchSize: 400            # examples per step; the last batch of an epoch may be smaller
epochs: 8                 # passes over the training rows
l2: 0                     # lambda of the penalty lambda / (2 N) * sum of squared weights, biases excluded
normalize: standardize-pixel  # none, scale (to 0..1), standardize (one mean, one deviation) or
                              # standardize-pixel (a mean and a deviation for each pixel)
validation: 0             # share of the training rows held out to choose by
stratified: true          # whether the held-out rows keep the shares of the classes
# limit: 10000            # use only the first so many training examples; left out: all
shuffle: true             # whether every epoch has its own random order
seed: 1                   # decides initial weights, shuffles and splits
evaluate: epoch           # measure on all parts after every epoch, or only at the end

# A folder of IDX files (relative to this file), fashion-mnist or synthetic.
# Left out: Fashion-MNIST where it can be had, else the synthetic set.
# data: fashion-mnist
`
