"""Makes fixtures/{conv,cnn}.safetensors with PyTorch, in float64: convolutions, pools, targets of the loss, and a training.

    pip install torch==2.13.0 numpy
    python test/oracle/make_fixtures_conv.py            # writes the files
    python test/oracle/make_fixtures_conv.py --check    # compares with what is there, writes nothing

What make_fixtures.py says about bits, and its writer of files, hold here too. Images lie as height x width x channels and
kernels as [row, column, channel, filter], as in atelier; PyTorch wants channels, and filters, first. Its own 'same' knows
no strides: the padding is worked out here, as Keras does it. Inputs of layers are kept as bytes, 64 + 32 times the value.
"""

import sys

from make_fixtures import FOLDER, Inputs, add, difference, safetensors, tracked

import torch
import torch.nn.functional as F

# Rows, height, width, channels, filters, kernel height and width, stride, padding.
CONVOLUTIONS = [
    (4, 5, 7, 1, 8, 3, 3, 1, 'valid'),
    (1, 5, 7, 3, 5, 3, 3, 1, 'same'),
    (5, 5, 7, 2, 3, 3, 3, 1, 'same'),
    (5, 9, 6, 2, 3, 3, 3, 2, 'valid'),
    (4, 9, 6, 2, 3, 3, 3, 2, 'same'),
    (7, 5, 7, 5, 1, 1, 1, 1, 'valid'),
    (4, 5, 7, 3, 12, 1, 1, 2, 'same'),
    (1, 9, 6, 1, 16, 5, 5, 1, 'same'),
    (1, 9, 6, 10, 3, 2, 3, 1, 'valid'),
    (5, 5, 7, 3, 8, 2, 3, 2, 'same'),
    (7, 5, 7, 1, 3, 5, 5, 3, 'valid'),
    (4, 9, 6, 1, 16, 3, 3, 3, 'same'),
    (4, 3, 2, 2, 3, 5, 5, 1, 'same'),
    (5, 4, 4, 5, 8, 3, 3, 1, 'valid'),
    (1, 3, 5, 8, 12, 3, 3, 1, 'same'),
    (5, 5, 5, 1, 3, 2, 3, 3, 'same'),
    (1, 28, 28, 1, 5, 3, 3, 3, 'valid'),
    (1, 28, 28, 1, 1, 5, 5, 2, 'same'),
]
# Rows, height, width, channels, size, stride: with remainders, side by side, and overlapping.
POOLS = [
    (4, 5, 7, 1, 2, 2), (5, 9, 6, 2, 2, 2), (1, 5, 7, 8, 3, 2), (7, 5, 6, 5, 3, 2), (1, 5, 7, 10, 2, 1), (4, 6, 6, 2, 3, 3),
    (1, 7, 7, 5, 2, 3),
]
GLOBAL_POOLS = [(4, 5, 7, 3), (7, 1, 1, 5), (1, 3, 2, 9)]
# Rows, classes, smoothing, whether classes have weights.
TARGETS = [(1, 2, 0.125, False), (5, 3, 0.25, True), (7, 10, 0.0, True), (4, 13, 0.1, True), (3, 33, 0.5, False)]


def small(**tensors):
    """The inputs of a layer, all in steps of 1/32 from -2 to 2, as bytes."""
    return {name: (64 + 32 * tensor).detach().to(torch.uint8) for name, tensor in tensors.items()}


def channels_first(x):
    return x.movedim(-1, 1)


def channels_last(x):
    return x.movedim(1, -1).contiguous()


def padding(size, window, stride, kind):
    """Zeros in front and behind, along one axis."""
    if kind == 'valid':
        return 0, 0
    outputs = -(-size // stride)
    total = max((outputs - 1) * stride + window - size, 0)
    return total // 2, total - total // 2


def convolve(x, w, b, stride, kind):
    """x [rows, height, width, channels], w [row, column, channel, filter]."""
    top, bottom = padding(x.shape[1], w.shape[0], stride, kind)
    left, right = padding(x.shape[2], w.shape[1], stride, kind)
    padded = F.pad(channels_first(x), (left, right, top, bottom))
    return channels_last(F.conv2d(padded, w.permute(3, 2, 0, 1), b, stride))


def conv(inputs):
    out = {}
    for m, height, width, channels, filters, kh, kw, stride, kind in CONVOLUTIONS:
        x, w, b = tracked(inputs.values(m, height, width, channels), inputs.values(kh, kw, channels, filters), inputs.values(filters))
        y = convolve(x, w, b, stride, kind)
        dy = inputs.values(*y.shape)
        y.backward(dy)
        name = f'conv2d/{kind}/{stride}/{m}x{height}x{width}x{channels}x{filters}x{kh}x{kw}'
        add(out, name, **small(x=x, w=w, b=b, dy=dy), y=y, dx=x.grad, dw=w.grad, db=b.grad)
    for name, function in {'maxPool2d': F.max_pool2d, 'averagePool2d': F.avg_pool2d}.items():
        for *shape, size, stride in POOLS:
            # In steps of 1/32 many values are equal: the first of the largest gets the gradient.
            [x] = tracked(inputs.values(*shape, limit=0.5))
            y = channels_last(function(channels_first(x), size, stride))
            dy = inputs.values(*y.shape)
            y.backward(dy)
            add(out, f'{name}/{size}/{stride}/{"x".join(map(str, shape))}', **small(x=x, dy=dy), y=y, dx=x.grad)
    for shape in GLOBAL_POOLS:
        [x] = tracked(inputs.values(*shape))
        y = x.mean((1, 2))
        dy = inputs.values(*y.shape)
        y.backward(dy)
        add(out, f'globalAveragePool2d/{"x".join(map(str, shape))}', **small(x=x, dy=dy), y=y, dx=x.grad)
    return out


def targets(out, inputs):
    """Losses of single rows, and the gradient of their mean. Every row counts as its class does, as in Keras."""
    for m, classes, smoothing, weighted in TARGETS:
        [z] = tracked(inputs.values(m, classes, limit=8.0))
        labels = inputs.integers(classes, m)
        weights = inputs.values(classes, limit=1.0) + 1.5 if weighted else torch.ones(classes)
        losses = F.cross_entropy(z, labels, reduction='none', label_smoothing=smoothing) * weights[labels]
        losses.mean().backward()
        name = f'targets/{m}x{classes}'
        add(out, name, z=z, labels=labels.to(torch.uint8), smoothing=torch.tensor([smoothing]), weights=weights, losses=losses, dz=z.grad)


def clip(parameters, limit):
    """As clip_grad_norm_, without the 1e-6 that it adds to the norm. Returns the norm before."""
    norm = torch.nn.utils.clip_grad_norm_(parameters, limit)
    if norm > limit:
        for parameter in parameters:
            parameter.grad *= (norm + 1e-6) / norm
    return norm


SETTINGS = {
    'plain': {},
    'clip': {'limit': 0.75},
    'smoothing': {'smoothing': 0.125},
    'weights': {'weights': [0.5, 2.0, 1.25]},
    'all': {'limit': 0.75, 'smoothing': 0.125, 'weights': [0.5, 2.0, 1.25]},
}


def steps(out, inputs):
    """Two epochs of 6 + 6 + 6 + 3 rows, in order, of a small convolutional network on 6 x 7 images of 2 channels."""
    rows, size, classes = 21, 6, 3
    images = inputs.integers(256, rows, 6, 7, 2)
    labels = inputs.integers(classes, rows)
    start = [
        inputs.values(3, 3, 2, 5, limit=0.5), inputs.values(5, limit=0.25),
        inputs.values(2, 3, 5, 4, limit=0.5), inputs.values(4, limit=0.25),
        inputs.values(8, classes, limit=0.5), inputs.values(classes, limit=0.25),
    ]
    names = [f'{layer}.{kind}' for layer in ('conv2d_1', 'conv2d_2', 'dense_1') for kind in ('weight', 'bias')]
    out.update({'steps/images': images.to(torch.uint8), 'steps/labels': labels.to(torch.uint8)})
    add(out, 'steps/start', **dict(zip(names, start)))

    def network(x, p):
        # 4 x 5 pixels, then 2 x 3, then 1 x 2 of 4 channels.
        x = torch.relu(convolve(x, p[0], p[1], 1, 'valid'))
        x = torch.relu(convolve(x, p[2], p[3], 2, 'same'))
        x = F.max_pool2d(channels_first(x), 2, 1)
        return F.linear(torch.flatten(channels_last(x), 1), p[4].T, p[5])

    for name, settings in SETTINGS.items():
        parameters = tracked(*start)
        optimizer = torch.optim.SGD(parameters, lr=0.25, momentum=0.5)
        weights = torch.tensor(settings.get('weights', [1.0] * classes))
        losses, norms = [], []
        for _ in range(2):
            for first in range(0, rows, size):
                own = labels[first : first + size]
                optimizer.zero_grad()
                z = network(images[first : first + size] / 255, parameters)
                each = F.cross_entropy(z, own, reduction='none', label_smoothing=settings.get('smoothing', 0.0))
                loss = (each * weights[own]).mean()
                loss.backward()
                norms.append(clip(parameters, settings.get('limit', float('inf'))).detach())
                optimizer.step()
                losses.append(loss.detach())
        add(out, f'steps/{name}', losses=torch.stack(losses), norms=torch.stack(norms), **dict(zip(names, parameters)))


def cnn(inputs):
    out = {}
    targets(out, inputs)
    steps(out, inputs)
    return out


def main():
    check = '--check' in sys.argv[1:]
    worst = 0.0
    for seed, make in enumerate([conv, cnn], 41):
        path = FOLDER / f'{make.__name__}.safetensors'
        content = safetensors(make(Inputs(seed)))
        if check:
            same = content == path.read_bytes()
            apart = 0.0 if same else difference(content, path.read_bytes())
            worst = max(worst, apart)
            print(f'{path.name}: {"equal, byte for byte" if same else f"largest relative difference {apart:.1e}"}')
        else:
            path.write_bytes(content)
            print(f'{path.name}: {len(content)} bytes')
    return 0 if worst < 1e-12 else 1


if __name__ == '__main__':
    sys.exit(main())
