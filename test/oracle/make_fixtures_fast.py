"""Makes fixtures/fast.safetensors with PyTorch, in float64: what the simd engine has faster ways for.

    pip install torch==2.13.0 numpy
    python test/oracle/make_fixtures_fast.py            # writes the file
    python test/oracle/make_fixtures_fast.py --check    # compares with what is there, writes nothing

Inputs of mostly zeros, which a first dense layer leaves out; 3 x 3 convolutions of shapes that Winograd's algorithm is
chosen for; output gradients of mostly zeros; max pools that do the work of the ReLU in front of them. What
make_fixtures.py and make_fixtures_conv.py say about bits, layouts and inputs kept as bytes, holds here too.
"""

import sys

from make_fixtures import FOLDER, Inputs, add, difference, safetensors, tracked
from make_fixtures_conv import channels_first, channels_last, clip, convolve, small

import torch
import torch.nn.functional as F

# Rows, inputs, outputs. Lists are of pairs of rows, pairs of columns, 64 rows of a column; gradients of 32 outputs and
# more than 120 inputs are listed as well.
DENSE = [(1, 9, 13), (3, 33, 10), (7, 16, 33), (4, 3, 5), (131, 6, 5), (3, 121, 32)]
# Rows, height, width, channels, filters, padding, shares of zeros in the output gradients: of each group of 4 images.
CONVOLUTIONS = [
    (1, 8, 8, 8, 8, 'same', [0.8]),
    (2, 6, 6, 8, 8, 'valid', [0.0]),
    (5, 4, 4, 8, 12, 'same', [0.8, 0.0]),
    (1, 12, 10, 12, 8, 'valid', [0.0]),
    (1, 11, 7, 8, 20, 'same', [0.8]),
    (1, 8, 8, 8, 8, 'valid', [0.0]),
]
# Rows, height, width, channels, size, stride.
POOLS = [(4, 5, 7, 1, 2, 2), (5, 9, 6, 2, 2, 2), (1, 5, 7, 8, 3, 2), (3, 5, 6, 5, 3, 2), (1, 5, 7, 10, 2, 1), (4, 6, 6, 2, 3, 3)]

# Behind the first layer of a training; most trainings have the first.
ACTIVATIONS = {
    'relu': F.relu,
    'leakyRelu': lambda x: F.leaky_relu(x, 0.01),
    'tanh': torch.tanh,
    'sigmoid': torch.sigmoid,
    'elu': F.elu,
    'gelu': F.gelu,
    'softplus': lambda x: F.softplus(x, threshold=100),
}
OPTIMIZERS = {
    'sgd': lambda p: torch.optim.SGD(p, lr=0.25),
    'momentum': lambda p: torch.optim.SGD(p, lr=0.125, momentum=0.875),
    'nesterov': lambda p: torch.optim.SGD(p, lr=0.125, momentum=0.875, nesterov=True),
    'adam': lambda p: torch.optim.Adam(p, lr=0.03125, eps=1e-3),
    'adamw': lambda p: torch.optim.AdamW(p, lr=0.03125, eps=1e-3),
    'rmsprop': lambda p: torch.optim.RMSprop(p, lr=0.015625, eps=1e-2),
    'rmspropMomentum': lambda p: torch.optim.RMSprop(p, lr=0.015625, eps=1e-2, alpha=0.875, momentum=0.5),
    'adagrad': lambda p: torch.optim.Adagrad(p, lr=0.0625, eps=1e-2),
}
LAMBDA = 2.0
TARGETS = {
    'clip': {'limit': 2.0},
    'smoothing': {'smoothing': 0.125},
    'weights': {'weights': [0.5, 2.0, 1.25]},
    'all': {'limit': 2.5, 'smoothing': 0.125, 'weights': [0.5, 2.0, 1.25], 'penalty': LAMBDA},
}


def holed(inputs, values, share):
    """Sets about a share of the values to 0."""
    return values * (inputs.integers(1000, *values.shape) >= 1000 * share)


def dense(out, inputs):
    """x = z - shift, where more than half of z is 0; dy as behind a ReLU."""
    for m, k, n in DENSE:
        z, shift = holed(inputs, inputs.values(m, k), 0.6), inputs.values(k)
        x, w, b = tracked(z - shift, inputs.values(k, n), inputs.values(n))
        dy = holed(inputs, inputs.values(m, n), 0.6)
        y = F.linear(x, w.T, b)
        y.backward(dy)
        add(out, f'dense/{m}x{k}x{n}', **small(z=z, shift=shift, w=w, b=b, dy=dy), y=y, dx=x.grad, dw=w.grad, db=b.grad)


def convolutions(out, inputs):
    for m, height, width, channels, filters, kind, shares in CONVOLUTIONS:
        x, w, b = tracked(inputs.values(m, height, width, channels), inputs.values(3, 3, channels, filters), inputs.values(filters))
        y = convolve(x, w, b, 1, kind)
        dy = inputs.values(*y.shape)
        for group, share in enumerate(shares):
            own = slice(4 * group, 4 * group + 4)
            dy[own] = holed(inputs, dy[own], share)
        y.backward(dy)
        add(
            out, f'conv2d/{kind}/{"+".join(map(str, shares))}/{m}x{height}x{width}x{channels}x{filters}',
            **small(x=x, w=w, b=b, dy=dy), y=y, dx=x.grad, dw=w.grad, db=b.grad,
        )


def pools(out, inputs):
    """A max pool of what a ReLU gives, of some windows nothing. In steps of 1/32 many values are equal: the first of the largest gets the gradient."""
    for *shape, size, stride in POOLS:
        [x] = tracked(inputs.values(*shape, limit=0.5) - 0.25)
        y = channels_last(F.max_pool2d(F.relu(channels_first(x)), size, stride))
        dy = inputs.values(*y.shape)
        y.backward(dy)
        add(out, f'reluPool/{size}/{stride}/{"x".join(map(str, shape))}', **small(x=x, dy=dy), y=y, dx=x.grad)


def follow(data, network, names, start, optimizer, size, limit=float('inf'), smoothing=0.0, weights=None, penalty=0.0):
    """Two epochs in order: the losses of all steps, and the parameters at the end."""
    x, labels = data
    rows, classes = len(labels), 3
    parameters = tracked(*start)
    decoupled = 0.5 if optimizer == 'adamw' else penalty / rows
    groups = [{'params': parameters[::2], 'weight_decay': decoupled}, {'params': parameters[1::2], 'weight_decay': 0.0}]
    stepper = OPTIMIZERS[optimizer](groups)
    counts = torch.tensor(weights or [1.0] * classes)
    losses, norms = [], []
    for _ in range(2):
        for first in range(0, rows, size):
            own = labels[first : first + size]
            stepper.zero_grad()
            each = F.cross_entropy(network(x[first : first + size], parameters), own, reduction='none', label_smoothing=smoothing)
            loss = (each * counts[own]).mean()
            loss.backward()
            norms.append(clip(parameters, limit).detach())
            stepper.step()
            losses.append(loss.detach())
    return dict(losses=torch.stack(losses), norms=torch.stack(norms), **dict(zip(names, parameters)))


def prepared(images, kind):
    """Bytes as a training prepares them: population deviations, as in atelier."""
    x = images.to(torch.float64)
    if kind == 'standardize':
        return (x - x.mean()) / x.std(correction=0)
    if kind == 'standardize-pixel':
        return (x - x.mean(0)) / x.std(0, correction=0)
    return x / 255


def mlp(out, inputs):
    """10 steps of 12-32-3 on images of 3 x 4 bytes, most of them 0: 6 + 6 + 6 + 6 + 1 rows, twice."""
    rows, size, classes, units = 25, 6, 3, 32
    images = holed(inputs, inputs.integers(256, rows, 12), 0.65)
    labels = inputs.integers(classes, rows)
    names = ['dense_1.weight', 'dense_1.bias', 'dense_2.weight', 'dense_2.bias']
    start = [
        inputs.values(12, units, limit=0.5), inputs.values(units, limit=0.25),
        inputs.values(units, classes, limit=0.5), inputs.values(classes, limit=0.25),
    ]
    out.update({'mlp/images': images.to(torch.uint8), 'mlp/labels': labels.to(torch.uint8)})
    add(out, 'mlp/start', **small(**dict(zip(names, start))))

    def case(name, optimizer='momentum', activation='relu', normalize='standardize-pixel', **settings):
        function = ACTIVATIONS[activation]

        def network(x, p):
            return F.linear(function(F.linear(x, p[0].T, p[1])), p[2].T, p[3])

        add(out, f'mlp/{name}', **follow((prepared(images, normalize), labels), network, names, start, optimizer, size, **settings))

    for optimizer in OPTIMIZERS:
        case(f'optimizer/{optimizer}', optimizer=optimizer)
        if optimizer in ('sgd', 'momentum', 'adam', 'rmsprop', 'adagrad'):
            case(f'optimizer/{optimizer}+l2', optimizer=optimizer, penalty=LAMBDA)
    for activation in list(ACTIVATIONS)[1:]:
        case(f'activation/{activation}', activation=activation)
    for normalize in ('scale', 'standardize'):
        case(f'normalize/{normalize}', normalize=normalize)
    for name, settings in TARGETS.items():
        case(f'targets/{name}', **settings)


def cnn(out, inputs):
    """6 steps of two 'same' convolutions of 8 filters, pool and dense, on images of 8 x 8 bytes: 4 + 4 + 2 rows, twice."""
    rows, size, classes = 10, 4, 3
    images = inputs.integers(256, rows, 8, 8, 1)
    labels = inputs.integers(classes, rows)
    out.update({'cnn/images': images.to(torch.uint8), 'cnn/labels': labels.to(torch.uint8)})
    front = [
        inputs.values(3, 3, 1, 8, limit=0.5), inputs.values(8, limit=0.25),
        inputs.values(3, 3, 8, 8, limit=0.25), inputs.values(8, limit=0.25),
    ]
    last = {
        'narrow': [inputs.values(128, classes, limit=0.25), inputs.values(classes, limit=0.25)],
        # Wide enough for the zeros of its output gradients to be left out.
        'wide': [
            inputs.values(128, 32, limit=0.25), inputs.values(32, limit=0.25),
            inputs.values(32, classes, limit=0.25), inputs.values(classes, limit=0.25),
        ],
    }

    def network(x, p):
        x = torch.relu(convolve(x, p[0], p[1], 1, 'same'))
        x = torch.relu(convolve(x, p[2], p[3], 1, 'same'))
        x = torch.flatten(channels_last(F.max_pool2d(channels_first(x), 2)), 1)
        for w, b in zip(p[4:-2:2], p[5:-2:2]):
            x = torch.relu(F.linear(x, w.T, b))
        return F.linear(x, p[-2].T, p[-1])

    for kind, behind in last.items():
        layers = ['conv2d_1', 'conv2d_2', *(f'dense_{i + 1}' for i in range(len(behind) // 2))]
        names = [f'{layer}.{part}' for layer in layers for part in ('weight', 'bias')]
        add(out, f'cnn/{kind}/start', **small(**dict(zip(names, front + behind))))
        for name, settings in {'plain': {}, **TARGETS}.items() if kind == 'narrow' else {'all': TARGETS['all']}.items():
            data = (prepared(images, 'standardize-pixel'), labels)
            add(out, f'cnn/{kind}/{name}', **follow(data, network, names, front + behind, 'momentum', size, **settings))


def fast(inputs):
    out = {}
    for make in (dense, convolutions, pools, mlp, cnn):
        make(out, inputs)
    return out


def main():
    path = FOLDER / 'fast.safetensors'
    content = safetensors(fast(Inputs(51)))
    if '--check' in sys.argv[1:]:
        apart = 0.0 if content == path.read_bytes() else difference(content, path.read_bytes())
        print(f'{path.name}: largest relative difference {apart:.1e}')
        return 0 if apart < 1e-12 else 1
    path.write_bytes(content)
    print(f'{path.name}: {len(content)} bytes')
    return 0


if __name__ == '__main__':
    sys.exit(main())
