"""The benchmark's MLP in JAX: one compiled function a step, which also gathers its batch."""

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
keys = jax.random.split(jax.random.key(options.seed), len(common.WIDTHS))
parameters = [
    (jax.random.normal(key, (inputs, outputs)) * (2 / inputs) ** 0.5, jnp.zeros(outputs))
    for key, inputs, outputs in zip(keys, common.WIDTHS, common.WIDTHS[1:])
]
random = numpy.random.default_rng(options.seed)


def forward(parameters, x):
    for w, b in parameters[:-1]:
        x = jax.nn.relu(x @ w + b)
    w, b = parameters[-1]
    return x @ w + b


def loss_of(parameters, x, y):
    logits = forward(parameters, x)
    return -jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], axis=1).mean()


@jax.jit
def step(parameters, images, labels, rows):
    gradients = jax.grad(loss_of)(parameters, images[rows], labels[rows])
    return jax.tree.map(lambda p, g: p - common.RATE * g, parameters, gradients)


def epoch():
    global parameters
    order = random.permutation(len(train_x))
    for start in range(0, len(order), common.BATCH):
        rows = order[start : start + common.BATCH]
        parameters = step(parameters, train_x, train_y, rows)
    jax.block_until_ready(parameters)


def accuracy():
    return (jax.jit(forward)(parameters, test_x).argmax(axis=1) == test_y).mean()


common.run(options, jax.__version__, epoch, accuracy)
