"""The benchmark's CNN in PyTorch, eager, all images standardised in memory beforehand (no DataLoader)."""

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
# oneDNN convolves images that lie height x width x channels faster.
train_x, test_x = (
    x.reshape(-1, 1, common.SIDE, common.SIDE).contiguous(memory_format=torch.channels_last)
    for x in (train_x, test_x)
)

flat = ((common.SIDE - 2 * (common.KERNEL - 1)) // 2) ** 2 * common.FILTERS
model = torch.nn.Sequential(
    torch.nn.Conv2d(1, common.FILTERS, common.KERNEL),
    torch.nn.ReLU(),
    torch.nn.Conv2d(common.FILTERS, common.FILTERS, common.KERNEL),
    torch.nn.ReLU(),
    torch.nn.MaxPool2d(2),
    torch.nn.Flatten(),
    torch.nn.Linear(flat, common.UNITS),
    torch.nn.ReLU(),
    torch.nn.Linear(common.UNITS, common.CLASSES),
).to(memory_format=torch.channels_last)
for layer in model:
    if hasattr(layer, "weight"):
        torch.nn.init.xavier_uniform_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
loss_of = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=common.CNN_RATE, eps=common.CNN_EPSILON)


def epoch():
    order = torch.randperm(len(train_x))
    for rows in order.split(common.CNN_BATCH):
        optimizer.zero_grad()
        loss_of(model(train_x[rows]), train_y[rows]).backward()
        optimizer.step()


def accuracy():
    with torch.no_grad():
        right = sum((model(x).argmax(dim=1) == y).sum() for x, y in zip(test_x.split(1000), test_y.split(1000)))
        return right / len(test_y)


common.run(options, torch.__version__.split("+")[0], epoch, accuracy)
