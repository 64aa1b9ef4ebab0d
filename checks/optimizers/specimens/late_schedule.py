# title = "A schedule that begins at zero and steps too far, and norms that are summed"
# student = "lars"
# ending = "finished"
# [points]
# sgd = 3
# adam = 0
# adamw = 0
# schedule = 0
# clipping = 0
# race = 0

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

# %% schedule_answer
class WarmupCosine:
    def __init__(self, optimizer, warmup, total, floor=0.0):
        self.optimizer, self.peak, self.floor = optimizer, optimizer.lr, floor
        self.warmup, self.total, self.count = warmup, total, 0

    def rate(self, step):
        if step < self.warmup:
            return self.peak / self.warmup * step
        if step >= self.total:
            return self.floor
        angle = math.pi * (step - self.warmup) / (self.total - self.warmup)
        return self.floor + 0.5 * (self.peak - self.floor) * (1 + math.cos(angle))

    def step(self):
        self.count += 1
        self.optimizer.lr = self.rate(self.count)

# %% clipping_answer
def clip_gradients(parameters, limit):
    if not limit > 0:
        raise ValueError(f"{limit} is no limit")
    gradients = [p.grad for p in parameters if p.grad is not None]
    norm = sum(g.norm() for g in gradients)
    if norm > limit:
        for g in gradients:
            g.mul_(limit / norm)
    return norm

# %% race_answer
def racer(parameters):
    return SGD(parameters, lr=0.05, momentum=0.85)
