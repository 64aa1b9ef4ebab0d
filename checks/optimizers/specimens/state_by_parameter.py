# title = "State in dicts, `.data`, no base class, rates as tensors, a racer of Adam's"
# student = "nils"
# ending = "finished"
# [points]
# sgd = 3
# adam = 4
# adamw = 3
# schedule = 3
# clipping = 3
# race = 2

# %% sgd_answer
class SGD:
    def __init__(self, parameters, lr, momentum=0.0):
        self.parameters, self.lr, self.momentum, self.state = [*parameters], lr, momentum, {}

    def zero_grad(self):
        for p in self.parameters:
            p.grad = None

    def step(self):
        for p in self.parameters:
            if p.grad is None:
                continue
            # The rate inside of the velocity: the same, as long as it does not change.
            pull = self.lr * p.grad
            self.state[p] = self.momentum * self.state[p] + pull if p in self.state else pull
            p.data = p.data - self.state[p]

# %% adam_answer
class Adam:
    def __init__(self, parameters, lr, betas=(0.9, 0.999), eps=1e-8):
        self.parameters, self.lr, self.betas, self.eps = [*parameters], lr, betas, eps
        self.weight_decay, self.state = 0, {}

    def zero_grad(self):
        for p in self.parameters:
            p.grad = None

    def step(self):
        for p in self.parameters:
            if p.grad is not None:
                m, v, t = self.state.get(p, (0, 0, 0))
                m = self.betas[0] * m + (1 - self.betas[0]) * p.grad
                v = self.betas[1] * v + (1 - self.betas[1]) * p.grad.square()
                self.state[p] = m, v, t + 1
                m, v = (x / (1 - b ** (t + 1)) for x, b in zip((m, v), self.betas))
                p.data -= self.lr * (m / (v.sqrt() + self.eps) + self.weight_decay * p.data)

# %% adamw_answer
class AdamW(Adam):
    def __init__(self, parameters, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        super().__init__(parameters, lr, betas, eps)
        self.weight_decay = weight_decay

# %% schedule_answer
import numpy as np


class WarmupCosine:
    def __init__(self, optimizer, warmup, total, floor=0.0):
        up = optimizer.lr * torch.arange(1, warmup + 1) / max(warmup, 1)
        angles = torch.pi * torch.arange(total - warmup) / (total - warmup)
        down = floor + (optimizer.lr - floor) * (1 + angles.cos()) / 2
        self.optimizer, self.floor, self.rates = optimizer, floor, torch.cat([up, down])
        self.next = iter(range(10**9))

    def rate(self, step):
        return self.rates[step] if step < len(self.rates) else np.float64(self.floor)

    def step(self):
        self.optimizer.lr = self.rate(next(self.next))

# %% clipping_answer
def clip_gradients(parameters, limit):
    if limit <= 0:
        raise ValueError
    parameters = [p for p in parameters if p.grad is not None]
    norm = torch.cat([p.grad.flatten() for p in parameters]).norm().item()
    for p in parameters:
        p.grad = p.grad * min(1.0, limit / norm)
    return norm

# %% race_answer
def racer(parameters):
    return Adam(parameters, lr=0.3, betas=(0.9, 0.99))
