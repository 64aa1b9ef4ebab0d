# title = "Nothing is kept between steps"
# student = "mona"
# ending = "finished"
# [points]
# sgd = 0
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
                v = self.momentum * torch.zeros_like(p) + p.grad
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
            self.t[i] = 1
            self.m[i].zero_()
            self.v[i].zero_()
            self.m[i].lerp_(p.grad, 1 - b1)
            self.v[i].mul_(b2).addcmul_(p.grad, p.grad, value=1 - b2)
            m = self.m[i] / (1 - b1 ** self.t[i])
            v = self.v[i] / (1 - b2 ** self.t[i])
            p -= self.lr * m / (v.sqrt() + self.eps)

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
        self.optimizer.lr = self.rate(self.count)

# %% race_answer
def racer(parameters):
    return GradientDescent(parameters, lr=0.0095)
