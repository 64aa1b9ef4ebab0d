# title = "All six, written in other ways"
# student = "ada"
# ending = "finished"
# [points]
# sgd = 3
# adam = 4
# adamw = 3
# schedule = 3
# clipping = 3
# race = 2

# %% sgd_answer
class SGD(GradientDescent):
    def __init__(self, parameters, lr, momentum=0.0):
        super().__init__(parameters, lr)
        self.momentum = momentum
        self.velocities = [torch.zeros_like(p) for p in self.parameters]

    @torch.no_grad()
    def step(self):
        for p, v in zip(self.parameters, self.velocities):
            if p.grad is not None:
                v.mul_(self.momentum).add_(p.grad)
                p.sub_(v, alpha=self.lr)

# %% adam_answer
class Adam(GradientDescent):
    def __init__(self, parameters, lr, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(parameters, lr)
        self.betas, self.eps = betas, eps
        self.m = [torch.zeros_like(p) for p in self.parameters]
        self.v = [torch.zeros_like(p) for p in self.parameters]
        self.t = [0] * len(self.parameters)

    @torch.no_grad()
    def step(self):
        b1, b2 = self.betas
        for i, p in enumerate(self.parameters):
            if p.grad is None:
                continue
            self.t[i] += 1
            self.m[i].lerp_(p.grad, 1 - b1)
            self.v[i].mul_(b2).addcmul_(p.grad, p.grad, value=1 - b2)
            m = self.m[i] / (1 - b1 ** self.t[i])
            v = self.v[i] / (1 - b2 ** self.t[i])
            p -= self.lr * m / (v.sqrt() + self.eps)

# %% adamw_answer
class AdamW(Adam):
    def __init__(self, parameters, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        super().__init__(parameters, lr, betas, eps)
        self.weight_decay = weight_decay

    @torch.no_grad()
    def step(self):
        for p in self.parameters:
            if p.grad is not None:
                p.mul_(1 - self.lr * self.weight_decay)
        super().step()

# %% schedule_answer
class WarmupCosine:
    def __init__(self, optimizer, warmup, total, floor=0.0):
        self.optimizer, self.peak, self.floor = optimizer, optimizer.lr, floor
        self.warmup, self.total, self.count = warmup, total, 0

    def rate(self, step):
        if step < self.warmup:
            return self.peak / self.warmup * (step + 1)
        if step >= self.total:
            return self.floor
        angle = math.pi * (step - self.warmup) / (self.total - self.warmup)
        return self.floor + 0.5 * (self.peak - self.floor) * (1 + math.cos(angle))

    def step(self):
        self.optimizer.lr = self.rate(self.count)
        self.count += 1

# %% clipping_answer
def clip_gradients(parameters, limit):
    if not limit > 0:
        raise ValueError(f"{limit} is no limit")
    gradients = [p.grad for p in parameters if p.grad is not None]
    norm = torch.stack([g.norm() for g in gradients]).norm()
    if norm > limit:
        for g in gradients:
            g.mul_(limit / norm)
    return norm

# %% race_answer
def racer(parameters):
    return SGD(parameters, lr=0.008, momentum=0.85)
