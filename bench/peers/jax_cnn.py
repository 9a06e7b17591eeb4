"""The benchmark's CNN in JAX: one compiled function a step, which also gathers its batch."""

import os

import common

options = common.arguments()
# XLA sizes its thread pool by this variable, and by the processors it may run on.
os.environ["NPROC"] = str(options.threads)
os.environ["JAX_PLATFORMS"] = "cpu"
if options.threads == 1:
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
try:
    import jax
    import jax.numpy as jnp
    import numpy
except ImportError:
    common.missing()

train_x, train_y, test_x, test_y = map(jnp.asarray, common.load(options.data))
train_x, test_x = (x.reshape(-1, common.SIDE, common.SIDE, 1) for x in (train_x, test_x))
random = numpy.random.default_rng(options.seed)

kernel = (common.KERNEL, common.KERNEL)
flat = ((common.SIDE - 2 * (common.KERNEL - 1)) // 2) ** 2 * common.FILTERS
shapes = [
    (*kernel, 1, common.FILTERS),
    (*kernel, common.FILTERS, common.FILTERS),
    (flat, common.UNITS),
    (common.UNITS, common.CLASSES),
]
glorot = jax.nn.initializers.glorot_uniform()
keys = jax.random.split(jax.random.key(options.seed), len(shapes))
parameters = [(glorot(key, shape), jnp.zeros(shape[-1])) for key, shape in zip(keys, shapes)]
zeros = jax.tree.map(jnp.zeros_like, parameters)
state = (parameters, zeros, zeros, jnp.zeros(()))


def forward(parameters, x):
    (w1, b1), (w2, b2), (w3, b3), (w4, b4) = parameters
    for w, b in ((w1, b1), (w2, b2)):
        x = jax.lax.conv_general_dilated(x, w, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))
        x = jax.nn.relu(x + b)
    x = jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    x = jax.nn.relu(x.reshape(len(x), -1) @ w3 + b3)
    return x @ w4 + b4


def loss_of(parameters, x, y):
    logits = forward(parameters, x)
    return -jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], axis=1).mean()


@jax.jit
def step(state, images, labels, rows):
    parameters, means, squares, count = state
    gradients = jax.grad(loss_of)(parameters, images[rows], labels[rows])
    count = count + 1
    means = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, means, gradients)
    squares = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, squares, gradients)

    def follow(p, m, v):
        root = jnp.sqrt(v / (1 - 0.999**count)) + common.CNN_EPSILON
        return p - common.CNN_RATE * m / (1 - 0.9**count) / root

    return jax.tree.map(follow, parameters, means, squares), means, squares, count


def epoch():
    global state
    order = random.permutation(len(train_x))
    for start in range(0, len(order), common.CNN_BATCH):
        rows = order[start : start + common.CNN_BATCH]
        state = step(state, train_x, train_y, rows)
    jax.block_until_ready(state)


def accuracy():
    predict = jax.jit(lambda x: forward(state[0], x).argmax(axis=1))
    right = sum((predict(test_x[i : i + 1000]) == test_y[i : i + 1000]).sum() for i in range(0, len(test_x), 1000))
    return right / len(test_y)


common.run(options, jax.__version__, epoch, accuracy)
