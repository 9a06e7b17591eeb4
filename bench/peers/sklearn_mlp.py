"""The benchmark's MLP in scikit-learn: MLPClassifier, whose partial_fit is one pass over the images it is given.

It cannot be told how to initialise: weights and biases are Glorot uniform. No penalty, no momentum, constant rate.
"""

import os

import common

options = common.arguments()
# Has to be said before NumPy loads its BLAS.
for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[name] = str(options.threads)
try:
    import numpy
    import sklearn
    from sklearn.neural_network import MLPClassifier
except ImportError:
    common.missing()

train_x, train_y, test_x, test_y = common.load(options.data)
model = MLPClassifier(
    hidden_layer_sizes=tuple(common.WIDTHS[1:-1]),
    activation="relu",
    solver="sgd",
    batch_size=common.BATCH,
    learning_rate_init=common.RATE,
    momentum=0,
    nesterovs_momentum=False,
    alpha=0,
    shuffle=True,
    random_state=options.seed,
)
classes = numpy.unique(train_y)


def epoch():
    model.partial_fit(train_x, train_y, classes=classes)


def accuracy():
    return (model.predict(test_x) == test_y).mean()


common.run(options, sklearn.__version__, epoch, accuracy)
