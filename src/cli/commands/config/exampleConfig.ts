import { activationSchema } from '../../../nn/mlp.ts'
import { modelConfigSchema } from '../../../nn/presets.ts'
import { initializerSchema, layerSchema } from '../../../nn/specs.ts'
import { scheduleSchema } from '../../../optim/schedule.ts'
import { plainOptimizer } from '../../shared/config/optimizerFlags.ts'

/** Plain data as YAML in one line. */
function inLine(data: object): string {
  const entries = Object.entries(data).map(
    ([key, value]) => `${key}: ${Array.isArray(value) ? `[${value.join(', ')}]` : value}`,
  )
  return `{ ${entries.join(', ')} }`
}

// What is left out has its default.
const model = (type: string): string => inLine(modelConfigSchema.parse({ type }))
const layer = (type: string, settings = {}): string => inLine(layerSchema.parse({ type, ...settings }))
const schedule = (type: string, settings = {}): string => inLine(scheduleSchema.parse({ type, ...settings }))
const optimizer = (type: 'adam' | 'adamw' | 'rmsprop' | 'adagrad'): string => inLine(plainOptimizer(type))

/**
 * What `atelier config` prints: every field with its default. Lines of the form "# key: value" become fields when the
 * "# " is taken away. Tests keep all of it in step with the schema.
 */
export const exampleConfig = `\
# A training with atelier: save as config.yaml, then "atelier train config.yaml".
# Options on the command line win over this file. What is left out has the value shown here,
# except model and optimizer, which must be given.

# Other models, with their defaults:
#   ${model('cnn')}
#   ${model('cnn-best')}
# or all layers one by one, the last with a unit for each class:
#   { type: layers, layers: [{ type: flatten }, { type: dense, units: 64 }, { type: relu }, { type: dense, units: 10 }] }
# Layers, with their defaults (units, filters, kernelSize and rate must be given; an initializer may be):
#   ${layer('dense', { units: 64, initializer: 'glorotUniform' })}, ${layer('flatten')}
#   ${layer('conv2d', { filters: 8, kernelSize: 3, initializer: 'glorotUniform' })}
#     (kernelSize may be [height, width]; padding: valid or same)
#   ${layer('maxPool2d', { stride: 2 })}, ${layer('averagePool2d', { stride: 2 })}, ${layer('globalAveragePool2d')}
#     (stride left out: the size)
#   ${layer('dropout', { rate: 0.5 })}, ${layer('batchNorm')}
#   ${layer('relu')}, ${layer('leakyRelu', { slope: 0.01 })}, ${layer('tanh')}, ${layer('sigmoid')}
#   ${layer('elu', { alpha: 1 })}, ${layer('gelu')}, ${layer('softplus')}
model:
  type: mlp
  hidden: [128, 128]        # units of each hidden layer; [] for none
  activation: relu          # or ${activationSchema.options.slice(1).join(', ')}
  # initializer: heNormal   # or ${initializerSchema.options[0].options.slice(1).join(', ')},
                            # { type: normal, deviation: 0.01 }; left out: heNormal, and that normal without hidden layers

# Other optimizers, with their defaults:
#   ${optimizer('adam')}
#   ${optimizer('adamw')}
#   ${optimizer('rmsprop')}
#   ${optimizer('adagrad')}
optimizer:
  type: sgd
  learningRate: 0.2
  momentum: 0               # from 0, below 1
  nesterov: false           # Nesterov's form of the momentum

# How the learning rate changes. Others, with their defaults (step must have every, exponential a factor):
#   ${schedule('step', { every: 3 })}       times factor after every so many epochs
#   ${schedule('exponential', { factor: 0.9 })}          times factor after every epoch
#   ${schedule('cosine')}                  down to final * rate along half a cosine
#   ${schedule('oneCycle')}
#     up from rate / startDivisor in a share of all steps, then down to that divided by finalDivisor
#   ${schedule('plateau')}
#     times factor when the loss on the held-out rows (without any: of the training) no longer falls
schedule:
  type: constant
  warmupSteps: 0            # steps in which the rate first grows to its full height

batchSize: 400              # examples per step; the last batch of an epoch may be smaller
# dropLast: true            # leave out the last batch of an epoch where it would be smaller; left out: false
epochs: 8                   # passes over the training rows
l2: 0                       # lambda of the penalty lambda / (2 N) * sum of squared weights, biases excluded
normalize: standardize-pixel  # none, scale (to 0..1), standardize (one mean, one deviation) or
                            # standardize-pixel (a mean and a deviation for each pixel)
validation: 0               # share of the training rows held out to choose by
stratified: true            # whether the held-out rows keep the shares of the classes
# limit: 10000              # use only the first so many training examples; left out: all
shuffle: true               # whether every epoch has its own random order
seed: 1                     # decides initial weights, shuffles and splits

# Random changes to the training images; left out: none.
# augment:
#   shift: 2                # largest shift in pixels
#   flip: true              # mirror left and right, every second time
#   cutout: 0               # side of a square that is set to zero

labelSmoothing: 0           # share of each target that is spread over all classes; from 0, below 1
# classWeights: balanced    # what each class counts in the loss: balanced (inversely to how frequent it is)
                            # or a list with a number for each class; left out: all alike
# clipNorm: 5               # largest norm of the whole gradient; left out: no limit

# Stop when the held-out rows no longer improve; needs validation above 0. Left out: never.
# earlyStopping:
#   monitor: loss           # or accuracy
#   patience: 5             # epochs without improvement
#   minDelta: 0             # smaller changes are no improvement
#   restoreBest: true       # end with the weights of the best epoch

evaluate: epoch             # measure after every epoch, or only at the end
scoreOn: [train, validation, test]  # what to measure on; what is left out costs no time

# A folder of IDX files (relative to this file), fashion-mnist or synthetic.
# Left out: Fashion-MNIST where it can be had, else the synthetic set.
# data: fashion-mnist
`
