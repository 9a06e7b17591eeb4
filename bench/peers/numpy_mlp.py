"""The benchmark's MLP in NumPy, float32, gradients written out."""

import os

import common

options = common.arguments()
# Has to be said before NumPy loads its BLAS.
for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[name] = str(options.threads)
try:
    import numpy
except ImportError:
    common.missing()

random = numpy.random.default_rng(options.seed)
train_x, train_y, test_x, test_y = common.load(options.data)
weights = [
    (random.standard_normal((inputs, outputs)) * (2 / inputs) ** 0.5).astype(numpy.float32)
    for inputs, outputs in zip(common.WIDTHS, common.WIDTHS[1:])
]
biases = [numpy.zeros(outputs, numpy.float32) for outputs in common.WIDTHS[1:]]


def forward(x):
    """The inputs of all layers, and the logits."""
    values = [x]
    for i, (w, b) in enumerate(zip(weights, biases)):
        x = x @ w
        x += b
        if i < len(weights) - 1:
            numpy.maximum(x, 0, out=x)
        values.append(x)
    return values


def step(x, y):
    *inputs, z = forward(x)
    z -= z.max(axis=1, keepdims=True)
    numpy.exp(z, out=z)
    z /= z.sum(axis=1, keepdims=True)
    z[numpy.arange(len(y)), y] -= 1
    dy = z / numpy.float32(len(y))
    for i in reversed(range(len(weights))):
        dw = inputs[i].T @ dy
        db = dy.sum(axis=0)
        if i > 0:
            dy = dy @ weights[i].T
            dy *= inputs[i] > 0
        weights[i] -= numpy.float32(common.RATE) * dw
        biases[i] -= numpy.float32(common.RATE) * db


def epoch():
    order = random.permutation(len(train_x))
    for start in range(0, len(order), common.BATCH):
        rows = order[start : start + common.BATCH]
        step(train_x[rows], train_y[rows])


def accuracy():
    return (forward(test_x)[-1].argmax(axis=1) == test_y).mean()


common.run(options, numpy.__version__, epoch, accuracy)
