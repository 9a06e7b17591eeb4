"""Makes fixtures/{optimizers,activations,schedules,functions}.safetensors with PyTorch and mpmath, in float64.

    pip install torch==2.13.0 numpy mpmath
    python test/oracle/make_fixtures_training.py            # writes the files
    python test/oracle/make_fixtures_training.py --check    # compares with what is there, writes nothing

What make_fixtures.py says about bits, and its writer of files, hold here too.
"""

import sys

from make_fixtures import FOLDER, Inputs, add, difference, safetensors, tracked

import mpmath
import torch
import torch.nn.functional as F
from torch.optim import lr_scheduler as schedulers

STEPS = 10
SIZES = [(1, 1), (3, 5), (17, 10)]
OPTIMIZERS = {
    'adam': lambda p: torch.optim.Adam(p, lr=0.125, eps=1e-7),
    'adam+l2': lambda p: torch.optim.Adam(p, lr=0.125, eps=1e-7, weight_decay=0.25),
    'adam+betas': lambda p: torch.optim.Adam(p, lr=0.125, betas=(0.5, 0.75), eps=0.0625),
    'adamw': lambda p: torch.optim.AdamW(p, lr=0.125, eps=1e-7, weight_decay=0.5),
    'rmsprop': lambda p: torch.optim.RMSprop(p, lr=0.125),
    'rmsprop+l2': lambda p: torch.optim.RMSprop(p, lr=0.125, alpha=0.75, eps=0.0625, weight_decay=0.25),
    'rmsprop+momentum': lambda p: torch.optim.RMSprop(p, lr=0.125, alpha=0.875, momentum=0.5),
    'adagrad': lambda p: torch.optim.Adagrad(p, lr=0.125),
    'adagrad+l2': lambda p: torch.optim.Adagrad(p, lr=0.125, eps=0.0625, weight_decay=0.25),
}
# No single values: of a saturated one, nothing but rounding could be measured.
ACTIVATION = [(3, 5), (4, 8), (5, 17)]
ACTIVATIONS = {
    'elu': F.elu,
    'elu0.5': lambda x: F.elu(x, 0.5),
    'gelu': F.gelu,
    'softplus': lambda x: F.softplus(x, threshold=100),
}
RATE, EPOCHS, EPOCH = 0.25, 6, 7
TOTAL = EPOCHS * EPOCH
SCHEDULES = {
    'constant+warmup': lambda o: schedulers.LinearLR(o, 1 / 10, 1, 9),
    'step': lambda o: schedulers.StepLR(o, 2 * EPOCH, 0.5),
    'step+warmup': lambda o: schedulers.ChainedScheduler(
        [schedulers.LinearLR(o, 1 / 10, 1, 9), schedulers.StepLR(o, EPOCH, 0.75)]
    ),
    'exponential': lambda o: schedulers.StepLR(o, EPOCH, 0.875),
    'cosine': lambda o: schedulers.CosineAnnealingLR(o, TOTAL),
    'cosine+final': lambda o: schedulers.CosineAnnealingLR(o, TOTAL, eta_min=RATE / 16),
    'cosine+warmup': lambda o: schedulers.SequentialLR(
        o, [schedulers.LinearLR(o, 1 / 10, 1, 9), schedulers.CosineAnnealingLR(o, TOTAL - 10)], [10]
    ),
    'oneCycle': lambda o: schedulers.OneCycleLR(o, RATE, TOTAL, cycle_momentum=False),
    'oneCycle+settings': lambda o: schedulers.OneCycleLR(
        o, RATE, TOTAL, pct_start=0.5, div_factor=10, final_div_factor=100, cycle_momentum=False
    ),
}
PLATEAUS = {
    'plateau': dict(factor=0.5, patience=2),
    'plateau+settings': dict(factor=0.25, patience=0, threshold=0.125, min_lr=0.01),
}
LOSSES = [2.0, 1.5, 1.6, 1.4999, 1.49, 1.49, 1.48999, 1.5, 1.2, 1.3, 1.25, 1.2, 1.3, 1.3, 1.3, 1.3, 1.3, 1.3, 0.5, 0.4]


def optimizers(inputs):
    """A parameter after 1 and after 10 steps; gradients are given. Half of them are tiny, some are 0: epsilon matters."""
    out = {}
    for rows, width in SIZES:
        start = inputs.values(rows, width)
        gradients = inputs.values(STEPS, rows, width)
        gradients.view(STEPS, -1)[:, 1::2] *= 2.0**-24
        size = f'{rows}x{width}'
        add(out, size, start=start, gradients=gradients)
        for name, make in OPTIMIZERS.items():
            [w] = tracked(start)
            optimizer = make([w])
            for step in range(STEPS):
                w.grad = gradients[step].clone()
                optimizer.step()
                if step == 0:
                    add(out, f'{name}/{size}', first=w.clone())
            add(out, f'{name}/{size}', last=w)
    return out


def activations(inputs):
    out = {}
    for name, function in ACTIVATIONS.items():
        for m, k in ACTIVATION:
            [x] = tracked(inputs.values(m, k, limit=6.0))
            dy = inputs.values(m, k)
            y = function(x)
            y.backward(dy)
            add(out, f'{name}/{m}x{k}', x=x, y=y, dy=dy, dx=x.grad)
    return out


def schedules(_inputs):
    """The learning rate of every step; after a plateau, of every epoch."""
    out = {}
    for name, make in SCHEDULES.items():
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=RATE)
        scheduler = make(optimizer)
        rates = []
        for _ in range(TOTAL):
            rates.append(optimizer.param_groups[0]['lr'])
            optimizer.step()
            scheduler.step()
        add(out, name, rates=torch.tensor(rates))
    add(out, 'plateau', losses=torch.tensor(LOSSES))
    for name, settings in PLATEAUS.items():
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=RATE)
        scheduler = schedulers.ReduceLROnPlateau(optimizer, eps=0, **settings)
        rates = []
        for loss in LOSSES:
            rates.append(optimizer.param_groups[0]['lr'])
            scheduler.step(loss)
        add(out, name, rates=torch.tensor(rates))
    return out


def functions(_inputs):
    """erf at 50 digits, rounded once."""
    mpmath.mp.dps = 50
    x = [i / 32 for i in range(-40, 210, 3)] + [1e-300, 1e-10, 1.9999999, 2.0, 5.99, 6.01, 30.0]
    return {'erf/x': torch.tensor(x), 'erf/y': torch.tensor([float(mpmath.erf(v)) for v in x])}


def main():
    check = '--check' in sys.argv[1:]
    worst = 0.0
    for seed, make in enumerate([optimizers, activations, schedules, functions], 11):
        path = FOLDER / f'{make.__name__}.safetensors'
        content = safetensors(make(Inputs(seed)))
        if check:
            same = content == path.read_bytes()
            worst = max(worst, 0.0 if same else difference(content, path.read_bytes()))
            print(f'{path.name}: {"equal, byte for byte" if same else "different"}')
        else:
            path.write_bytes(content)
            print(f'{path.name}: {len(content)} bytes')
    return 0 if worst < 1e-12 else 1


if __name__ == '__main__':
    sys.exit(main())
