# title = "The last batch is lost, variance for deviation, a budget overdrawn, means of batches"
# student = "gil"
# ending = "finished"
# [points]
# digits = 2
# augment = 2.5
# network = 2.5
# epoch = [0.5, 2]
# stopping = [1, 2]
# trained = 1

# %% digits_answer
class Digits(Dataset):
    """Pictures of shape (1, 8, 8) with numbers from 0 to 1, and their classes."""

    def __init__(self, pixels, classes):
        self.pixels = pixels
        self.classes = classes

    def __len__(self):
        return len(self.pixels)

    def __getitem__(self, place):
        return self.pixels[place][None] / 16, self.classes[place]


train_loader = DataLoader(Digits(train_pixels, train_classes), batch_size=32, shuffle=True, drop_last=True)
valid_loader = DataLoader(Digits(valid_pixels, valid_classes), batch_size=100)

# %% augment_answer
def augment(images):
    """Each picture moved by up to one pixel either way, with a little noise."""
    padded = functional.pad(images, (1, 1, 1, 1))
    moves = torch.randint(3, (len(images), 2)).tolist()
    moved = torch.stack(
        [
            padded[place, :, down : down + 8, right : right + 8]
            for place, (down, right) in enumerate(moves)
        ]
    )
    return moved + 0.1**0.5 * torch.randn_like(moved)

# %% network_answer
class Drop(nn.Module):
    """Dropout: in train mode each number is zero with probability p, and scaled otherwise."""

    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training:
            return x
        kept = torch.rand_like(x) >= self.p
        return x * kept / (1 - self.p)


class Net(nn.Module):
    """Two convolutions and an affine layer: ten scores for each picture."""

    def __init__(self, channels, p=0.2):
        super().__init__()
        self.first = nn.Conv2d(1, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, 2 * channels, 3, padding=1)
        self.drop = Drop(p)
        self.last = nn.Linear(8 * channels, 10)

    def forward(self, images):
        hidden = functional.max_pool2d(functional.relu(self.first(images)), 2)
        hidden = functional.max_pool2d(functional.relu(self.second(hidden)), 2)
        return self.last(self.drop(hidden.flatten(1)))


def count_parameters(module):
    """How many numbers the parameters of a module hold."""
    return sum(parameter.numel() for parameter in module.parameters())


channels = 20
print(f"{channels} channels make {count_parameters(Net(channels))} parameters.")

# %% epoch_answer
def train_epoch(network, loader, optimizer, change=None):
    """Show the network every picture once; the mean loss of a picture."""
    network.train()
    total = 0.0
    count = 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        if change is not None:
            images = change(images)
        loss = functional.cross_entropy(network(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
        count += 1
    return total / count


def accuracy(network, loader):
    """The share of pictures whose class is found."""
    network.eval()
    right = 0
    count = 0
    with torch.no_grad():
        for images, labels in loader:
            found = network(images.to(device)).argmax(dim=1)
            right += (found == labels.to(device)).float().mean().item()
            count += 1
    return right / count

# %% stopping_answer
def fit(network, optimizer, train_loader, valid_loader, epochs, patience, change=None):
    """Train until validation gets no better, keep the best weights; all accuracies."""
    history = []
    best = -1.0
    waited = 0
    for _ in range(epochs):
        train_epoch(network, train_loader, optimizer, change)
        history.append(accuracy(network, valid_loader))
        if history[-1] > best:
            best = history[-1]
            kept = copy.deepcopy(network.state_dict())
            waited = 0
        else:
            waited += 1
    network.load_state_dict(kept)
    return history

# %% trained_answer
def train_net(train_loader, valid_loader):
    """A new network, trained."""
    network = Net(channels).to(device)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.005)
    fit(network, optimizer, train_loader, valid_loader, 60, 15, augment)
    return network
