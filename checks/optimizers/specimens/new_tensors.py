# title = "New tensors in the place of steps, gradients that are new too"
# student = "tom"
# ending = "finished"
# [points]
# sgd = 0
# adam = 0
# adamw = 0
# schedule = 0
# clipping = 0.5
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
                p = p - self.lr * v

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
            self.parameters[i] = p - self.lr * m / (v.sqrt() + self.eps)

# %% clipping_answer
def clip_gradients(parameters, limit):
    if not limit > 0:
        raise ValueError(f"{limit} is no limit")
    gradients = [p.grad for p in parameters if p.grad is not None]
    norm = torch.stack([g.norm() for g in gradients]).norm()
    if norm > limit:
        for g in gradients:
            g = g * limit / norm
    return norm
