"""The benchmark's MLP in PyTorch, eager, all images standardised in memory beforehand (no DataLoader)."""

import common

options = common.arguments()
try:
    import torch
except ImportError:
    common.missing()

torch.set_num_threads(options.threads)
torch.set_num_interop_threads(1)
torch.manual_seed(options.seed)
train_x, train_y, test_x, test_y = map(torch.from_numpy, common.load(options.data))

layers = []
for inputs, outputs in zip(common.WIDTHS, common.WIDTHS[1:]):
    linear = torch.nn.Linear(inputs, outputs)
    torch.nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
    torch.nn.init.zeros_(linear.bias)
    layers += [linear, torch.nn.ReLU()]
model = torch.nn.Sequential(*layers[:-1])
loss_of = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=common.RATE)


def epoch():
    order = torch.randperm(len(train_x))
    for rows in order.split(common.BATCH):
        optimizer.zero_grad()
        loss_of(model(train_x[rows]), train_y[rows]).backward()
        optimizer.step()


def accuracy():
    with torch.no_grad():
        return (model(test_x).argmax(dim=1) == test_y).float().mean()


common.run(options, torch.__version__.split("+")[0], epoch, accuracy)
