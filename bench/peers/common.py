"""What the peers have in common: the work, the data, the clock and the lines they print.

For both works: ReLU, zero biases, softmax cross-entropy, batches in a new random order every epoch, every pixel
standardised by the training images.

The MLP, as in bench/works.ts: 784-128-128-10, He normal weights, batches of 400, plain SGD with rate 0.2.

The CNN, as there: two valid convolutions of 8 filters 3 x 3, max pooling 2, flatten, dense 128, dense 10,
Glorot uniform weights, batches of 64, Adam with rate 0.001 and epsilon 1e-7.
"""

import argparse
import gzip
import json
import os
import sys
import time

WIDTHS = [784, 128, 128, 10]
BATCH = 400
RATE = 0.2

SIDE = 28
FILTERS = 8
KERNEL = 3
UNITS = 128
CLASSES = 10
CNN_BATCH = 64
CNN_RATE = 0.001
CNN_EPSILON = 1e-7


def arguments():
    parser = argparse.ArgumentParser(description="Train a model of the benchmark and print one JSON line per epoch.")
    parser.add_argument("--data", required=True, help="folder with the four IDX files, gzipped or not")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--paced", action="store_true", help="wait for a line on standard input before each epoch")
    return parser.parse_args()


def missing():
    """The framework is not installed: say so instead of measuring anything."""
    print(json.dumps({"type": "missing"}), flush=True)
    sys.exit(0)


def read_idx(folder, name):
    import numpy

    path = os.path.join(folder, name)
    if os.path.exists(path):
        with open(path, "rb") as file:
            data = file.read()
    else:
        with gzip.open(path + ".gz", "rb") as file:
            data = file.read()
    dimensions = data[3]
    shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(dimensions)]
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * dimensions).reshape(shape)


def load(folder):
    """Standardised float32 images (rows x 784) and integer labels, for training and for testing."""
    import numpy

    images = [read_idx(folder, f"{part}-images-idx3-ubyte").reshape(-1, WIDTHS[0]) for part in ("train", "t10k")]
    labels = [read_idx(folder, f"{part}-labels-idx1-ubyte").astype(numpy.int64) for part in ("train", "t10k")]
    mean = images[0].mean(axis=0)
    deviation = images[0].std(axis=0)
    deviation[deviation == 0] = 1
    train, test = [((part - mean) / deviation).astype(numpy.float32) for part in images]
    return train, labels[0], test, labels[1]


def run(options, version, epoch, accuracy):
    """Calls epoch() as often as asked, prints its seconds, then the result of accuracy() on all test images."""
    test_rows = len(read_idx(options.data, "t10k-labels-idx1-ubyte"))
    print(json.dumps({"type": "ready", "version": version}), flush=True)
    for number in range(1, options.epochs + 1):
        if options.paced and not sys.stdin.readline():
            return
        start, cpu = time.perf_counter(), time.process_time()
        epoch()
        seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu
        print(
            json.dumps({"type": "epoch", "epoch": number, "seconds": seconds, "cpuSeconds": cpu_seconds}),
            flush=True,
        )
    print(json.dumps({"type": "done", "testAccuracy": float(accuracy()), "testRows": test_rows}), flush=True)
