"""Makes the files in fixtures/: what PyTorch computes in float64 for every layer, loss and optimizer of atelier.

    pip install torch==2.13.0 numpy
    python test/oracle/make_fixtures.py            # writes fixtures/
    python test/oracle/make_fixtures.py --check    # compares with what is there, writes nothing

On x86-64 the files come out byte for byte as committed: one thread, and the instruction sets that all such processors
share. Elsewhere the last bits may differ; --check then tells by how much.

Nothing but PyTorch and NumPy is needed: the safetensors files are written by hand. All inputs are multiples of 1/32, so
that float32 holds them exactly. Dense weights are [inputs, outputs], as in atelier (PyTorch keeps the transpose).
"""

import json
import os
import struct
import sys
from pathlib import Path

os.environ['ATEN_CPU_CAPABILITY'] = 'default'
os.environ['MKL_CBWR'] = 'COMPATIBLE'

import numpy  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
FOLDER = Path(__file__).parent / 'fixtures'

# Rows, inputs, outputs: around the tiles of 4 rows and 8 columns, and far from them.
DENSE = [
    (1, 1, 1), (3, 3, 2), (4, 5, 10), (5, 7, 13), (7, 8, 10), (1, 9, 13),
    (3, 17, 2), (5, 33, 10), (7, 33, 13), (4, 8, 1), (7, 1, 10),
]
ACTIVATION = [(1, 1), (3, 5), (4, 8), (5, 17), (7, 33)]
LOSS = [(1, 2), (3, 10), (4, 13), (5, 3), (7, 10), (7, 33)]
ACTIVATIONS = {
    'relu': F.relu,
    'leakyRelu': lambda x: F.leaky_relu(x, 0.01),
    'leakyRelu0.25': lambda x: F.leaky_relu(x, 0.25),
    'tanh': torch.tanh,
    'sigmoid': torch.sigmoid,
}
OPTIMIZERS = {
    'sgd': {'lr': 0.5},
    'momentum': {'lr': 0.125, 'momentum': 0.875},
    'nesterov': {'lr': 0.125, 'momentum': 0.875, 'nesterov': True},
}
LAMBDA = 2.0


class Inputs:
    """Reproducible inputs: multiples of 1/32 between -limit and limit."""

    def __init__(self, seed):
        self.generator = numpy.random.Generator(numpy.random.PCG64(seed))

    def values(self, *shape, limit=2.0):
        n = int(limit * 32)
        return torch.from_numpy(self.generator.integers(-n, n, shape, endpoint=True) / 32)

    def integers(self, below, *shape):
        return torch.from_numpy(self.generator.integers(0, below, shape))


def tracked(*tensors):
    return [tensor.detach().clone().requires_grad_() for tensor in tensors]


def layers(inputs):
    out = {}
    for m, k, n in DENSE:
        x, w, b = tracked(inputs.values(m, k), inputs.values(k, n), inputs.values(n))
        dy = inputs.values(m, n)
        y = F.linear(x, w.T, b)
        y.backward(dy)
        add(out, f'dense/{m}x{k}x{n}', x=x, w=w, b=b, y=y, dy=dy, dx=x.grad, dw=w.grad, db=b.grad)
    for name, function in ACTIVATIONS.items():
        for m, k in ACTIVATION:
            # A single saturated value would measure nothing but the cancellation in 1 - y^2.
            [x] = tracked(inputs.values(m, k, limit=6.0 if m * k > 1 else 1.0))
            dy = inputs.values(m, k)
            y = function(x)
            y.backward(dy)
            add(out, f'{name}/{m}x{k}', x=x, y=y, dy=dy, dx=x.grad)
    # Images lie as height x width x channels, here 3 x 5 x 2.
    [x] = tracked(inputs.values(5, 3, 5, 2))
    dy = inputs.values(5, 30)
    y = torch.flatten(x, 1)
    y.backward(dy)
    add(out, 'flatten/5x3x5x2', x=x, y=y, dy=dy, dx=x.grad)
    return out


def loss(inputs):
    out = {}
    for m, classes in LOSS:
        [z] = tracked(inputs.values(m, classes, limit=8.0))
        labels = inputs.integers(classes, m)
        F.cross_entropy(z, labels).backward()
        losses = F.cross_entropy(z, labels, reduction='none')
        add(out, f'{m}x{classes}', z=z, labels=labels.to(torch.uint8), losses=losses, dz=z.grad)
    return out


def steps(inputs):
    """10 steps (2 epochs of 6 + 6 + 6 + 6 + 1 rows, in order) of a network with every layer, on 3 x 3 images of bytes / 255."""
    rows, size, sizes = 25, 6, [9, 8, 7, 5, 4, 3]
    images = inputs.integers(256, rows, 3, 3, 1)
    labels = inputs.integers(sizes[-1], rows)
    start = []
    for k, n in zip(sizes, sizes[1:]):
        start += [inputs.values(k, n, limit=1.0), inputs.values(n, limit=0.5)]
    functions = [lambda x: F.leaky_relu(x, 0.01), torch.tanh, torch.sigmoid, F.relu]

    def network(x, parameters):
        for i, (w, b) in enumerate(zip(parameters[::2], parameters[1::2])):
            x = F.linear(x, w.T, b)
            if i < len(functions):
                x = functions[i](x)
        return x

    names = [f'dense_{i + 1}.{kind}' for i in range(len(sizes) - 1) for kind in ('weight', 'bias')]
    out = {'images': images.to(torch.uint8), 'labels': labels.to(torch.uint8)}
    add(out, 'start', **dict(zip(names, start)))
    for name, settings in OPTIMIZERS.items():
        for decay in (0.0, LAMBDA / rows):
            parameters = tracked(*start)
            groups = [
                {'params': parameters[::2], 'weight_decay': decay},
                {'params': parameters[1::2], 'weight_decay': 0.0},
            ]
            optimizer = torch.optim.SGD(groups, **settings)
            losses = []
            for _ in range(2):
                for first in range(0, rows, size):
                    x = torch.flatten(images[first : first + size] / 255, 1)
                    optimizer.zero_grad()
                    value = F.cross_entropy(network(x, parameters), labels[first : first + size])
                    value.backward()
                    optimizer.step()
                    losses.append(value.detach())
            case = name if decay == 0 else f'{name}+l2'
            add(out, case, losses=torch.stack(losses), **dict(zip(names, parameters)))
    return out


def add(out, case, **tensors):
    for name, tensor in tensors.items():
        out[f'{case}/{name}'] = tensor.detach()


def safetensors(tensors):
    """The bytes of a safetensors file; wider types first, so that every tensor is aligned."""
    arrays = {name: numpy.ascontiguousarray(tensor.numpy()) for name, tensor in tensors.items()}
    ordered = sorted(arrays.items(), key=lambda item: -item[1].itemsize)
    header, data = {}, b''
    for name, array in ordered:
        dtype = {'float64': 'F64', 'uint8': 'U8'}[str(array.dtype)]
        piece = array.astype(array.dtype.newbyteorder('<')).tobytes()
        header[name] = {'dtype': dtype, 'shape': array.shape, 'data_offsets': [len(data), len(data) + len(piece)]}
        data += piece
    text = json.dumps(header, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 8)
    return struct.pack('<Q', len(text)) + text + data


def values(content):
    """All float64 values of such a file, case by case."""
    (length,) = struct.unpack('<Q', content[:8])
    header = json.loads(content[8 : 8 + length])
    return {
        name: numpy.frombuffer(content[8 + length :][slice(*entry['data_offsets'])], '<f8')
        for name, entry in header.items()
        if entry['dtype'] == 'F64'
    }


def difference(new, old):
    """Largest relative difference over all tensors: max |new - old| / max |old|."""
    a, b = values(new), values(old)
    if {name: len(v) for name, v in a.items()} != {name: len(v) for name, v in b.items()}:
        return float('inf')
    return max(float(abs(a[name] - b[name]).max() / max(abs(b[name]).max(), 1e-300)) for name in a)


def main():
    check = '--check' in sys.argv[1:]
    worst = 0.0
    FOLDER.mkdir(exist_ok=True)
    for seed, (name, make) in enumerate({'layers': layers, 'loss': loss, 'steps': steps}.items(), 1):
        path = FOLDER / f'{name}.safetensors'
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
