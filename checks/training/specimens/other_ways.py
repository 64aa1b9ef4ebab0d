# title = "Other ways to write all of it"
# student = "bela"
# ending = "finished"
# [points]
# digits = 3
# augment = 3
# network = 3
# epoch = 3
# stopping = 3
# trained = 3

# %% digits_answer
class Digits(Dataset):
    """Everything is made beforehand."""

    def __init__(self, pixels, classes):
        self.pairs = [(p.unsqueeze(0) / 16, int(c)) for p, c in zip(pixels, classes)]

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, place):
        return self.pairs[place]


train_loader = DataLoader(Digits(train_pixels, train_classes), 32, shuffle=True)
valid_loader = DataLoader(Digits(valid_pixels, valid_classes), 100, shuffle=True)

# %% augment_answer
def augment(images):
    """One picture after the other."""
    moved = torch.zeros_like(images)
    for place in range(len(images)):
        down = torch.randint(-1, 2, ()).item()
        right = torch.randint(-1, 2, ()).item()
        picture = functional.pad(images[place], (1 + right, 1 - right, 1 + down, 1 - down))
        moved[place] = picture[:, 1:9, 1:9]
    return moved + torch.normal(0.0, 0.1, images.shape, device=images.device)

# %% network_answer
class Drop(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if self.training:
            return x * torch.bernoulli(torch.full_like(x, 1 - self.p)) / (1 - self.p)
        return x


class Net(nn.Module):
    def __init__(self, channels, p=0.2):
        super().__init__()
        self.first = nn.Conv2d(1, channels, kernel_size=3, padding="same")
        self.second = nn.Conv2d(channels, 2 * channels, kernel_size=3, padding="same")
        self.pool = nn.MaxPool2d(2)
        self.drop = Drop(p)
        self.last = nn.Linear(2 * channels * 4, 10)

    def forward(self, images):
        hidden = self.pool(self.first(images)).relu()
        hidden = self.pool(self.second(hidden)).relu()
        return self.last(self.drop(torch.flatten(hidden, 1)))


def count_parameters(module):
    return sum(len(parameter.flatten()) for parameter in module.parameters())


channels = 14

# %% epoch_answer
def train_epoch(network, loader, optimizer, change=None):
    network.train()
    losses = []
    for images, labels in loader:
        optimizer.zero_grad()
        images = images.to(device)
        scores = network(change(images) if change else images)
        each = functional.cross_entropy(scores, labels.to(device), reduction="none")
        each.mean().backward()
        optimizer.step()
        losses.append(each.detach())
    return torch.cat(losses).mean().item()


@torch.no_grad()
def accuracy(network, loader):
    network.eval()
    hits = [
        (network(images.to(device)).argmax(1).cpu() == labels.cpu()).float()
        for images, labels in loader
    ]
    return torch.cat(hits).mean().item()

# %% stopping_answer
def fit(network, optimizer, train_loader, valid_loader, epochs, patience, change=None):
    history, kept = [], {}
    while len(history) < epochs:
        train_epoch(network, train_loader, optimizer, change=change)
        share = accuracy(network, valid_loader)
        if not history or share > max(history):
            kept = {name: value.clone() for name, value in network.state_dict().items()}
        history.append(share)
        if len(history) - history.index(max(history)) > patience:
            break
    network.load_state_dict(kept)
    return history

# %% trained_answer
def train_net(train_loader, valid_loader):
    """Momentum in the place of Adam."""
    network = Net(channels).to(device)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
    fit(network, optimizer, train_loader, valid_loader, epochs=60, patience=20, change=augment)
    return network
