"""The benchmark's CNN in Keras on TensorFlow, all images standardised in memory beforehand."""

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
train_x, test_x = (x.reshape(-1, common.SIDE, common.SIDE, 1) for x in (train_x, test_x))

# Glorot uniform weights and zero biases are the defaults of Keras.
model = keras.Sequential(
    [
        keras.layers.Input((common.SIDE, common.SIDE, 1)),
        keras.layers.Conv2D(common.FILTERS, common.KERNEL, activation="relu"),
        keras.layers.Conv2D(common.FILTERS, common.KERNEL, activation="relu"),
        keras.layers.MaxPooling2D(2),
        keras.layers.Flatten(),
        keras.layers.Dense(common.UNITS, activation="relu"),
        keras.layers.Dense(common.CLASSES),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(common.CNN_RATE, epsilon=common.CNN_EPSILON),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    jit_compile=False,
)


def epoch():
    model.fit(train_x, train_y, batch_size=common.CNN_BATCH, epochs=1, shuffle=True, verbose=0)


def accuracy():
    return (model.predict(test_x, batch_size=1000, verbose=0).argmax(axis=1) == test_y).mean()


common.run(options, f"{keras.__version__}/TensorFlow {tensorflow.__version__}", epoch, accuracy)
