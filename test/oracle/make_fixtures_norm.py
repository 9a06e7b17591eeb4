"""Makes fixtures/norm.safetensors: what PyTorch computes in float64 for batch normalisation.

    pip install torch==2.13.0 numpy
    python test/oracle/make_fixtures_norm.py            # writes fixtures/norm.safetensors
    python test/oracle/make_fixtures_norm.py --check    # compares with what is there, writes nothing

For each case: three training steps with new inputs and gradients (the last with one row less), the running statistics
after them, and one batch in evaluation. Images lie as height x width x channels, as in atelier; PyTorch wants the
channels first. Its momentum is the share of the new value, ours that of the old one.
"""

import sys

import torch
from make_fixtures import FOLDER, Inputs, add, difference, safetensors, tracked

# Rows, then features, or height, width and channels: around the groups of 4 rows and the vectors of 4 channels.
SHAPES = [
    (4, 1), (5, 3), (4, 5), (7, 8), (6, 10),
    (3, 3, 5, 1), (5, 3, 1, 3), (3, 1, 3, 5), (5, 1, 2, 8), (3, 1, 3, 10),
]
# name: (momentum, epsilon, what is added to every x)
SETTINGS = {'plain': (0.9, 1e-5, 0.0), 'other': (0.75, 0.125, 0.0), 'offset': (0.9, 1e-5, 64.0)}


def channels_first(x):
    return x.movedim(-1, 1)


def channels_last(x):
    return x.movedim(1, -1).contiguous()


def case(out, inputs, name, shape, momentum, epsilon, offset):
    channels = shape[-1]
    kind = torch.nn.BatchNorm1d if len(shape) == 2 else torch.nn.BatchNorm2d
    layer = kind(channels, eps=epsilon, momentum=1 - momentum)
    scale, shift = inputs.values(channels), inputs.values(channels)
    with torch.no_grad():
        layer.weight.copy_(scale)
        layer.bias.copy_(shift)
    add(out, name, scale=scale, shift=shift)
    for step, less in enumerate((0, 0, 1), 1):
        size = (shape[0] - less, *shape[1:])
        [x] = tracked(inputs.values(*size) + offset)
        dy = inputs.values(*size)
        layer.zero_grad()
        y = channels_last(layer(channels_first(x)))
        y.backward(dy)
        add(out, f'{name}/{step}', x=x, dy=dy, y=y, dx=x.grad, dscale=layer.weight.grad.clone(), dshift=layer.bias.grad.clone())
    add(out, name, runningMean=layer.running_mean, runningVariance=layer.running_var)
    layer.eval()
    x = inputs.values(*shape) + offset
    add(out, f'{name}/evaluation', x=x, y=channels_last(layer(channels_first(x))))


def norm(inputs):
    out = {}
    for shape in SHAPES:
        case(out, inputs, f'plain/{"x".join(map(str, shape))}', shape, *SETTINGS['plain'])
    for settings in ('other', 'offset'):
        for shape in (SHAPES[3], SHAPES[6]):
            case(out, inputs, f'{settings}/{"x".join(map(str, shape))}', shape, *SETTINGS[settings])
    return out


def main():
    path = FOLDER / 'norm.safetensors'
    content = safetensors(norm(Inputs(31)))
    if '--check' in sys.argv[1:]:
        apart = 0.0 if content == path.read_bytes() else difference(content, path.read_bytes())
        print(f'{path.name}: largest relative difference {apart:.1e}')
        return 0 if apart < 1e-12 else 1
    path.write_bytes(content)
    print(f'{path.name}: {len(content)} bytes')
    return 0


if __name__ == '__main__':
    sys.exit(main())
