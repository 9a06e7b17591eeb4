"""The benchmark's MLP in Keras on TensorFlow, all images standardised in memory beforehand."""

import os

import common

options = common.arguments()
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
try:
    import tensorflow
    import keras
except ImportError:
    common.missing()

tensorflow.config.threading.set_intra_op_parallelism_threads(options.threads)
tensorflow.config.threading.set_inter_op_parallelism_threads(1)
keras.utils.set_random_seed(options.seed)
train_x, train_y, test_x, test_y = common.load(options.data)

# Zero biases are the default of Keras.
hidden = [
    keras.layers.Dense(units, activation="relu", kernel_initializer="he_normal") for units in common.WIDTHS[1:-1]
]
last = keras.layers.Dense(common.WIDTHS[-1], kernel_initializer="he_normal")
model = keras.Sequential([keras.layers.Input((common.WIDTHS[0],)), *hidden, last])
model.compile(
    optimizer=keras.optimizers.SGD(common.RATE),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    jit_compile=False,
)


def epoch():
    model.fit(train_x, train_y, batch_size=common.BATCH, epochs=1, shuffle=True, verbose=0)


def accuracy():
    return (model.predict(test_x, batch_size=1000, verbose=0).argmax(axis=1) == test_y).mean()


common.run(options, f"{keras.__version__}/TensorFlow {tensorflow.__version__}", epoch, accuracy)
